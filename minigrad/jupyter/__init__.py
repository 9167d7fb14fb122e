"""minigrad in a notebook: the ``%%autograd`` magic and the player that it shows."""

from __future__ import annotations

from typing import Any

from minigrad.jupyter.magics import AUTOMATIC, AutogradMagics
from minigrad.jupyter.offer import offer, withdraw
from minigrad.jupyter.player import LISTENERS, Player

try:
    from minigrad.jupyter.complete import complete_options
except ImportError:  # IPython before 8.6, as in Colab
    complete_options = None

__all__ = ["Player", "load", "unload"]


def load(shell: Any) -> None:
    """Add ``%%autograd`` to a shell; ``%load_ext minigrad`` comes here."""
    magics = AutogradMagics(shell)
    shell.register_magics(magics)
    shell.events.register("pre_run_cell", magics.begin)
    LISTENERS.append(magics.note)
    offer(shell)
    if complete_options is not None:
        shell.Completer.custom_matchers.append(complete_options)


def unload(shell: Any) -> None:
    """Take away all that ``load`` added; players that are on the page stay there."""
    magics = shell.magics_manager.registry.pop(AutogradMagics.__name__, None)
    if magics is None:
        return
    magics.automatic(False)
    for kind, name, method in (
        ("cell", "autograd", magics.autograd),
        ("cell", AUTOMATIC, magics._automatic),
        ("line", "autograd", magics.autograd_line),
    ):
        if shell.magics_manager.magics[kind].get(name) == method:
            del shell.magics_manager.magics[kind][name]
    shell.configurables.remove(magics)
    shell.events.unregister("pre_run_cell", magics.begin)
    LISTENERS.remove(magics.note)
    withdraw(shell)
    if complete_options is not None:
        shell.Completer.custom_matchers.remove(complete_options)
