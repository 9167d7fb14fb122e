"""Use an installed minigrad as a person would: import it, run ``%%autograd`` in a kernel, and find the player there."""

import subprocess
import sys
from pathlib import Path

import nbclient
from nbformat.v4 import new_code_cell, new_notebook

LAZY = ("networkx", "matplotlib", "ipywidgets", "anywidget", "IPython")
CELL = """%%autograd
w = mg.tensor([2., -1., .5], requires_grad=True)
x = mg.tensor([1., 3., -2.], requires_grad=True)
b = mg.tensor(.5, requires_grad=True)
z = (w * x + b).sum()
"""

where, *loaded = subprocess.run(
    [sys.executable, "-c", f"import sys, minigrad; print(minigrad.__file__, *set({LAZY}) & set(sys.modules))"],
    capture_output=True,
    text=True,
    check=True,
).stdout.split()
assert Path(where).is_relative_to(sys.prefix), f"minigrad was imported from {where}, not from the wheel"
assert not loaded, f"import minigrad loads {loaded}"

notebook = new_notebook(cells=[new_code_cell("import minigrad as mg\n%load_ext minigrad"), new_code_cell(CELL)])
nbclient.NotebookClient(notebook, timeout=120).execute()
bundle = next(output.data for output in notebook.cells[1].outputs if "data" in output)
assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}, list(bundle)
models = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
player = models[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]["state"]
assert player["_esm"] == Path(sys.argv[1]).read_text(encoding="utf-8"), "the player is not the bundle of widgets/dist"
print(bundle["text/plain"])
