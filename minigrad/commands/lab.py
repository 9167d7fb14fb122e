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
    """
    copied, kept = [], []
    for file in sorted(start.rglob("*")):
        name = file.relative_to(start)
        if not file.is_file() or any(part.startswith((".", "__pycache__")) for part in name.parts):
            continue
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(
                file, target
            )  # without the permissions: a read-only installation makes no read-only notebook
            copied.append(name)
        elif not filecmp.cmp(file, target, shallow=False):
            kept.append(name)
    return copied, kept


def run(folder: Path, open_it: bool = True) -> int:
    """Copy the notebooks to ``folder`` and open the first one; return an exit status."""
    try:
        copied, kept = copy(source(), folder)
    except (FileNotFoundError, FileExistsError, NotADirectoryError, PermissionError) as error:
        print(f"Nothing was opened: {error}", file=sys.stderr)
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
