"""A real IPython shell with the extension loaded, and what a cell run in it leaves behind."""

import atexit
import builtins
import sys
import textwrap
from dataclasses import dataclass
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


@dataclass
class Ran:
    """One cell after it ran."""

    result: Any
    printed: str
    errors: str
    outputs: list[dict[str, Any]]  # mime bundles, in order; the value of the last line is not among them

    @property
    def success(self):
        return self.result.success

    @property
    def value(self):
        return self.result.result

    @property
    def tables(self):
        """The step tables of the players."""
        return [output["text/plain"] for output in self.outputs]

    @property
    def table(self):
        (table,) = self.tables
        return table


class Notebook:
    """Cells, run one after the other."""

    def __init__(self, shell):
        self.shell = shell

    def __call__(self, cell, **how):
        with capture_output() as captured:
            result = self.shell.run_cell(textwrap.dedent(cell).strip("\n"), store_history=True, **how)
        outputs = [output.data for output in captured.outputs]
        return Ran(result, captured.stdout, captured.stderr, outputs)

    def __getitem__(self, name):
        return self.shell.user_ns[name]

    @property
    def players(self):
        """The players that are open, the oldest first."""
        magics = self.shell.magics_manager.registry["AutogradMagics"]
        return [player for players in magics._players.values() for player in players]

    @property
    def document(self):
        """What the newest player plays."""
        return self.players[-1].document


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.delattr("builtins._", raising=False)  # doctests leave one, and a shell that finds it makes no `_`
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    vars(builtins).pop("_", None)  # doctest leaves one, and IPython then keeps its hands off `_`
    main = sys.modules["__main__"]  # a shell puts its own there
    shell = InteractiveShell.instance(config=config)
    yield shell
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
    atexit.unregister(shell.atexit_operations)  # else each shell collects garbage once more when Python ends


@pytest.fixture
def notebook(shell):
    notebook = Notebook(shell)
    notebook("%load_ext minigrad\nimport minigrad as mg")
    yield notebook
    for player in notebook.players:
        player.close()
