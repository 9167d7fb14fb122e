"""How large is Binder's environment, and how soon can a student begin? Build it as Binder does, and measure.

    python tests/benchmarks/environment.py               builds it in a temporary folder: a minute or two
    python tests/benchmarks/environment.py FOLDER        in this folder; one that has it already is only measured

Where Chromium and playwright are, the first notebook is opened as a student opens it; elsewhere only the server and
the kernel are measured.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser.lab import CHROMIUM, Lab, Notebook, chromium_path  # noqa: E402  # found by the line above

FIRST = "00-start-here.ipynb"
MB = 2**20
TIMES = 3  # every start is measured so often, and the middle one counts


def build(folder: Path) -> None:
    """Make Binder's environment in ``folder``, by the files of binder/ and in its order, and check it.

    Raises
    ------
    subprocess.CalledProcessError
        If a step fails; what it printed has been printed.
    """
    runtime = (ROOT / "binder" / "runtime.txt").read_text().strip().replace("-", "")  # python3.11
    subprocess.run([shutil.which(runtime) or sys.executable, "-m", "venv", folder], check=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment.pop("PYTHONPATH", None)
    for command in (
        ("pip", "install", "--quiet", "--no-cache-dir", "-r", "binder/requirements.txt"),
        ("./binder/postBuild",),
        ("pip", "check"),
    ):
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


def megabytes(folder: Path) -> float:
    """Return how much the files below a folder hold."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / MB


def starts(python: Path) -> dict[str, list[float]]:
    """Return how long each part of a start took, each time."""
    found: dict[str, list[float]] = {}

    def note(what: str, action: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = action()
        found.setdefault(what, []).append(time.perf_counter() - begun)
        return result

    with opened() as browser:
        for _ in range(TIMES):
            note("`import minigrad`", lambda: subprocess.run([python, "-c", "import minigrad"], check=True))
            with tempfile.TemporaryDirectory() as name:
                server = note("JupyterLab answers", lambda name=name: Lab(Path(name), str(python)))
                try:
                    shutil.copytree(ROOT / "notebooks", server.root, dirs_exist_ok=True)
                    if browser:
                        page = note(
                            "00 is open, its kernel ready", lambda server=server: Notebook(server, browser, FIRST)
                        )
                        note("*Run All* in 00 is done, its players shown", page.run_all)
                        page.close()
                finally:
                    server.stop()
    return found


@contextmanager
def opened() -> Iterator[Any]:
    """Yield Chromium, or None where it or playwright is not installed."""
    if not (importlib.util.find_spec("playwright") and chromium_path()):
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM)


def table(folder: Path, built: float | None) -> None:
    """Print what was measured, as binder/README.md shows it."""
    (packages,) = folder.glob("lib/python3*/site-packages")
    sizes = sorted(((megabytes(part), part.name) for part in packages.iterdir() if part.is_dir()), reverse=True)
    print("| | |", "|---|---|", sep="\n")
    if built is not None:
        print(f"| building it, downloads included | {built:.0f} s |")
    largest = ", ".join(f"{name} {size:.0f}" for size, name in sizes[:4])
    print(f"| size of the environment | {megabytes(folder):.0f} MB (the largest: {largest}) |")
    for what, times in starts(folder / "bin" / "python").items():
        print(f"| {what} | {median(times):.1f} s |")


def main(folder: Path) -> None:
    """Build the environment if it is not there, and measure it."""
    there = (folder / "bin" / "python").exists()
    begun = time.perf_counter()
    if not there:
        build(folder)
    table(folder, None if there else time.perf_counter() - begun)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary) / "binder")
