"""Tools beside the nets: recomputing instead of keeping, and data in batches."""

import importlib


def __getattr__(name: str) -> object:
    if name in ("checkpoint", "data", "hooks"):
        return importlib.import_module(f"minigrad.utils.{name}")
    raise AttributeError(f"module 'minigrad.utils' has no attribute '{name}'")
