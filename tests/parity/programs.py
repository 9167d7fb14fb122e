"""What the programs that run under both libraries share: how a result and an error are compared."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from inspect import signature
from types import FunctionType, ModuleType
from typing import Any


def programs(names: dict[str, Any]) -> list[Any]:
    """Return a module's programs: the functions whose one argument is the library, ``t``."""
    return [f for f in names.values() if isinstance(f, FunctionType) and list(signature(f).parameters) == ["t"]]


def outcome(program: Callable[[ModuleType], Any], library: ModuleType) -> Any:
    """Return what a program gives, in silence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return program(library)


def error(action: Callable[[], Any]) -> tuple[str, str]:
    """Return the class and the first sentence of what an action raises, or the text of what it returns."""
    try:
        result = action()
    except Exception as raised:
        return type(raised).__name__, re.split(r"[.:] |\n", str(raised))[0].rstrip(".:")
    return "", shown(result)


def shown(value: Any) -> str:
    """Return a value as it prints, without addresses."""
    return re.sub("0x[0-9a-f]+", "0x", repr(value))
