"""Does each notebook run in 20 seconds, alone and in any order? Run them all, and print how long each took.

    python tests/benchmarks/notebooks.py              every notebook in a kernel of its own, in an order that is drawn
    python tests/benchmarks/notebooks.py --one        all in one kernel, one after the other, as names are left behind
    python tests/benchmarks/notebooks.py --seed 7     in that order

Where one takes longer, a cell fails, or a file is left behind or changed, it ends with 1.
"""

from __future__ import annotations

import argparse
import atexit
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbclient
import nbformat
from jupyter_client.manager import KernelManager

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LIMIT = 20.0  # seconds


def seconds(path: Path, kernel: KernelManager) -> float:
    """Return how long a notebook takes from top to bottom."""
    notebook = nbformat.read(path, as_version=4)
    begun = time.perf_counter()
    client = nbclient.NotebookClient(notebook, km=kernel, timeout=120)
    client.execute()
    atexit.unregister(client._cleanup_kernel)  # the kernel is ended here, or goes on
    return time.perf_counter() - begun


def started(folder: Path) -> KernelManager:
    """Return a kernel that stands in a folder."""
    kernel = KernelManager(kernel_name="python3")
    kernel.start_kernel(cwd=str(folder), extra_arguments=["--log-level=ERROR"])
    return kernel


def files(folder: Path) -> dict[Path, bytes]:
    """Return what a folder holds, but for what Jupyter keeps of its own."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in found if not any(part.startswith(".") for part in path.parts[-2:])}


def run(folder: Path, seed: int, one: bool) -> int:
    """Run the notebooks of a folder and print a row each; return an exit status."""
    paths = sorted(folder.glob("*.ipynb"))
    random.Random(seed).shuffle(paths)
    print(f"{'in one kernel' if one else 'each in a kernel of its own'}, order {seed}")
    before, bad, kernel = files(folder), 0, started(folder)
    try:
        for path in paths:
            try:
                lasted = seconds(path, kernel)
                said = "" if lasted <= LIMIT else f"longer than {LIMIT:.0f} s"
            except nbclient.exceptions.CellExecutionError as error:
                lasted, said = 0.0, str(error).strip().splitlines()[-1]
            bad += bool(said)
            print(f"{path.stem:32}{lasted:6.1f} s  {said}", flush=True)
            if not one:
                kernel.shutdown_kernel(now=True)
                kernel = started(folder)
    finally:
        kernel.shutdown_kernel(now=True)
    left = sorted({str(path.relative_to(folder)) for path, _ in files(folder).items() ^ before.items()})
    if left:
        print("written or changed:", ", ".join(left))
    return int(bad or bool(left))


def main() -> int:
    """Read the command line and run a copy of the notebooks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", action="store_true", help="all in one kernel")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="the order")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "notebooks"
        shutil.copytree(NOTEBOOKS, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        return run(copy, asked.seed, asked.one)


if __name__ == "__main__":
    sys.exit(main())
