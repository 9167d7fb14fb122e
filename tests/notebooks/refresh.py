"""Run every notebook in a fresh kernel and store what it shows, byte for byte the same each time.

python tests/notebooks/refresh.py            stores the outputs of all notebooks
python tests/notebooks/refresh.py --check    stores nothing, and fails with a diff where a stored file differs
python tests/notebooks/refresh.py --run      stores nothing and compares nothing: fails where a cell does
"""

import argparse
import difflib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
SANITIZE = re.findall(
    r"^regex: (.*)\nreplace: (.*)$", (Path(__file__).parent / "nbval_sanitize.cfg").read_text(), flags=re.MULTILINE
)
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT = {"tags", "editable", "deletable", "nbgrader"}  # of a cell's metadata
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}


def executed(path: Path) -> NotebookNode:
    """Return the notebook as one run in a fresh kernel leaves it, widget state included."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = NotebookNode(kernelspec=KERNELSPEC, language_info=LANGUAGE)
    for cell in notebook.cells:
        kept = {key: value for key, value in cell.metadata.items() if key in KEPT}
        cell.metadata = NotebookNode(kept)
    nbclient.NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata.language_info = LANGUAGE
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            sanitize(output)
    keep_what_is_shown(notebook)
    return notebook


def sanitize(output: NotebookNode) -> None:
    """Replace, in the texts of one output, what differs from run to run."""

    def clean(text: str) -> str:
        for pattern, replacement in SANITIZE:
            text = re.sub(pattern, replacement, text)
        return text

    for key in output.keys() & {"text", "evalue"}:
        output[key] = clean(output[key])
    if "traceback" in output:
        output["traceback"] = [clean(line) for line in output["traceback"]]
    for mime, value in output.get("data", {}).items():
        if mime.startswith("text/"):
            output["data"][mime] = clean(value)


def keep_what_is_shown(notebook: NotebookNode) -> None:
    """Store the state of the widgets that some output shows, and of those that they hold, and of no other."""
    states = notebook.metadata.get("widgets", {}).pop(STATE, {}).get("state", {})
    notebook.metadata.pop("widgets", None)
    shown: list[str] = [view["model_id"] for view in views(notebook)]
    for model in shown:  # grows while it is walked
        held = re.findall(r"IPY_MODEL_([0-9a-f]+)", json.dumps(states[model]["state"]))
        shown.extend(dict.fromkeys(other for other in held if other not in shown))
    if shown:
        kept = {model: states[model] for model in states if model in shown}
        notebook.metadata["widgets"] = {STATE: {"state": kept, "version_major": 2, "version_minor": 0}}


def views(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """Yield the widget views among the outputs."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                yield output["data"][VIEW]


def stored_text(notebook: NotebookNode) -> str:
    """Return the file's text, with widget models numbered in the order in which they were made."""
    models = list(notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {}))
    text = nbformat.writes(notebook) + "\n"
    for number, model in enumerate(models, start=1):
        text = text.replace(model, f"{number:032x}")
    # numbered, the keys of the state stand in another order: write once more, sorted
    return str(nbformat.writes(nbformat.reads(text, as_version=4))) + "\n"


def difference(stored: str, fresh: str, name: str) -> str:
    """Return the first lines of a diff; a picture or a bundle is cut to its beginning."""
    sides = f"{name} as stored", f"{name} as it runs"
    lines = list(difflib.unified_diff(stored.splitlines(), fresh.splitlines(), *sides, n=1, lineterm=""))
    return "\n".join(line if len(line) < 160 else f"{line[:140]} ... ({len(line)} characters)" for line in lines[:60])


def main() -> int:
    """Refresh or check the notebooks named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook of notebooks/")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="compare with what is stored, byte for byte")
    mode.add_argument("--run", action="store_true", help="only run")
    arguments = parser.parse_args()
    stale = 0
    for path in arguments.notebooks or sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" in path.parts:
            continue
        stored, fresh = path.read_text(encoding="utf-8"), stored_text(executed(path))
        if arguments.run:
            print(f"{path.name}: runs", flush=True)
            continue
        same = stored == fresh
        print(f"{path.name}: {'as stored' if same else 'differs' if arguments.check else 'stored anew'}", flush=True)
        if same:
            continue
        if arguments.check:
            stale += 1
            print(difference(stored, fresh, path.name))
        else:
            path.write_text(fresh, encoding="utf-8")
    if stale:
        print(f"{stale} notebooks store what they no longer show: run python tests/notebooks/refresh.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
