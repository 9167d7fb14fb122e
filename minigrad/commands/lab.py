"""Copy the notebooks to a folder of the student's own, never over their work, and open JupyterLab there."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOM = Path(__file__).parents[1]
PLACES = (ROOM / "notebooks", ROOM.parent / "notebooks")  # in the wheel; in a checkout
FIRST = "00-start-here.ipynb"


def source(places: tuple[Path, ...] = PLACES) -> Path:
    """Return the folder that the notebooks are copied from.

    Raises
    ------
    FileNotFoundError
        If minigrad was installed without them.
    """
    for place in places:
        if (place / FIRST).is_file():
            return place
    raise FileNotFoundError(
        f"this minigrad came without its notebooks (looked for {FIRST} beside the package). "
        "Install it from its wheel, or run this in a clone of the repository."
    )


def copy(start: Path, folder: Path) -> tuple[list[Path], list[Path]]:
    """Copy each file below ``start`` that ``folder`` does not have yet.

    Parameters
    ----------
    start, folder : Path
        Where from, and where to; ``folder`` is made if need be.

    Returns
    -------
    copied, kept : list of Path
        Relative paths: what was copied, and what was there already with other contents and is left as it is.

    Raises
    ------
    OSError
        If something cannot be written. What is there stays as it is, and no file is left half copied.
    """
    copied, kept = [], []
    for file in sorted(start.rglob("*")):
        name = file.relative_to(start)
        if not file.is_file() or any(part.startswith((".", "__pycache__")) for part in name.parts):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if _put(file, target):
            copied.append(name)
        elif not _same(file, target):
            kept.append(name)
    return copied, kept


def _put(file: Path, target: Path) -> bool:
    """Copy a file to where nothing is yet, not even a link that leads nowhere; return whether it was copied."""
    try:
        there = target.open("xb")  # "x": the system itself refuses to open what exists
    except FileExistsError:
        return False
    # without the permissions: a read-only installation makes no read-only notebook
    try:
        with there, file.open("rb") as source:
            shutil.copyfileobj(source, there)
    except BaseException:
        target.unlink()  # half a notebook would be taken for the student's work
        raise
    return True


def _same(file: Path, target: Path) -> bool:
    try:
        return filecmp.cmp(file, target, shallow=False)
    except OSError:  # it cannot be read: nobody's business
        return False


def run(folder: Path, open_it: bool = True) -> int:
    """Copy the notebooks to ``folder`` and open the first one; return an exit status."""
    try:
        copied, kept = copy(source(), folder)
    except OSError as error:
        print(f"Nothing was opened: {error}", file=sys.stderr)
        if error.filename is not None:
            print("Another folder? python -m minigrad lab FOLDER", file=sys.stderr)
        return 1
    print(f"{len(copied)} files copied to {folder}." if copied else f"{folder} has all the notebooks.")
    if kept:
        print("Kept as you left them: " + ", ".join(str(name) for name in kept) + ".")
        print("For a fresh copy of one, rename yours and run this again.")
    if not open_it:
        return 0
    if find_spec("jupyterlab") is None:
        print("JupyterLab is not installed here: pip install jupyterlab, then run this again.", file=sys.stderr)
        return 1
    return subprocess.call([sys.executable, "-m", "jupyterlab", FIRST], cwd=folder)
