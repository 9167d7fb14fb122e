"""Modules made without drawing their weights."""

from __future__ import annotations

import inspect
from typing import Any

from minigrad.nn.modules.module import Module
from minigrad.random import fork_rng

__all__ = ["skip_init"]


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """Return a module whose parameters are still to be filled in: nothing is taken from the random stream for them.

    Parameters
    ----------
    module_cls : type
        A subclass of Module that takes ``device``.
    *args, **kwargs : optional
        What it takes.

    Returns
    -------
    Module

    Raises
    ------
    RuntimeError
        If it is no such class.

    Examples
    --------
    >>> mg.nn.utils.skip_init(mg.nn.Linear, 2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not issubclass(module_cls, Module):
        raise RuntimeError(f"Expected a Module; got {module_cls}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise RuntimeError("Module must support a 'device' arg to skip initialization")
    with fork_rng():
        return module_cls(*args, **kwargs)
