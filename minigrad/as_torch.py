"""After ``import minigrad.as_torch``, ``import torch`` means minigrad, in this process.

Programs that were written for PyTorch then run as they are, as far as they use tensors on the CPU and autograd::

    import minigrad.as_torch
    import torch
    import torch.nn.functional as F
    from torch.utils.data import DataLoader

A room has both names and is one object: ``torch.nn is minigrad.nn``. What minigrad lacks is refused by name.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import minigrad

__all__: list[str] = []

# The rooms that PyTorch has too, with all inside them; minigrad's other rooms have no name in PyTorch.
_ROOMS = (
    *("autograd", "nn", "optim", "utils", "func", "linalg", "special", "distributions"),
    *("cuda", "accelerator", "amp", "backends", "testing", "random", "serialization"),
)


class _Finder(MetaPathFinder, Loader):
    """Finds ``torch.x.y`` at ``minigrad.x.y``."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        """Return how to load a module whose name begins with torch; None for others."""
        if name != "torch" and not name.startswith("torch."):
            return None
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the room of that name in minigrad."""
        _, _, rest = spec.name.partition(".")
        module = _room(rest)
        spec.loader_state = module.__spec__  # the import machinery is about to put `spec` in its place
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Let the module keep the name and place it was loaded from."""
        spec = module.__spec__
        assert spec is not None
        module.__spec__ = spec.loader_state
        _rename(module)


def _room(path: str) -> ModuleType:
    """Import the room at a dotted path inside minigrad, or say that there is none."""
    if not path:
        return minigrad
    if path.partition(".")[0] in _ROOMS:
        try:
            return importlib.import_module(f"minigrad.{path}")
        except ModuleNotFoundError as error:
            if not f"minigrad.{path}".startswith(str(error.name)):
                raise
    there = ", ".join(f"torch.{room}" for room in _ROOMS if importlib.util.find_spec(f"minigrad.{room}"))
    raise ModuleNotFoundError(
        f"No module named 'torch.{path}': torch is minigrad here (import minigrad.as_torch), which does not have it. "
        f"There are {there}.",
        name=f"torch.{path}",
    )


def _rename(module: ModuleType) -> None:
    """Let the module's classes print as PyTorch's: ``<class 'torch.Tensor'>``, not ``minigrad.tensor.Tensor``."""
    for thing in vars(module).values():
        if isinstance(thing, type) and f"{thing.__module__}.".startswith("minigrad."):
            room = thing.__module__.removeprefix("minigrad").removeprefix(".")
            thing.__module__ = f"torch.{room}" if room.partition(".")[0] in _ROOMS else "torch"


def _install() -> None:
    there = sys.modules.get("torch")
    if there is not None and there is not minigrad:
        raise ImportError(
            "the real torch is already imported, so `import torch` cannot come to mean minigrad in this process. "
            "Put `import minigrad.as_torch` before the first `import torch` (in a notebook: restart the kernel first)."
        )
    if there is minigrad:
        return
    sys.meta_path.insert(0, _Finder())
    for name in ("torch", "torch.autograd", "torch.nn", "torch.optim", "torch.utils.data", "torch.backends"):
        importlib.import_module(name)
    # An import binds a module in the room that it stands in; torch.autograd.gradcheck is to stay a function.
    gradchecks = "autograd.gradcheck"
    sys.modules[f"torch.{gradchecks}"] = _room(gradchecks)
    _rename(_room(gradchecks))
    for name in minigrad.backends.__all__:  # objects, which older programs import as modules
        sys.modules[f"torch.backends.{name}"] = getattr(minigrad.backends, name)
    for module in [
        module for name, module in sys.modules.items() if name.startswith(("minigrad.nn", "minigrad.optim"))
    ]:
        _rename(module)


_install()
