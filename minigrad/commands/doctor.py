"""Say what this environment lacks for the notebooks to run and the players to show, and how to mend it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import minigrad

NEEDED = {
    "numpy": "2.0",
    "ipykernel": "6.0",
    "ipywidgets": "7.7",
    "anywidget": "0.9.13",
    "matplotlib": "3.9",
    "networkx": "3.2",
}
SOURCE = "minigrad @ git+https://github.com/minigrad/minigrad"
PAGES = {"jupyterlab": "JupyterLab", "notebook": "Notebook 7", "voila": "Voila"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: ``state`` is "ok", "note" (works without it) or "missing"."""

    state: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        sign = {"ok": "ok     ", "note": "note   ", "missing": "MISSING"}[self.state]
        return f"{sign}  {self.what}" + (f"\n         -> {self.mend}" if self.mend else "")


def _numbers(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: "9.18.1rc1" gives (9, 18, 1)."""
    out = []
    for part in text.split("."):
        digits = part[: next((i for i, c in enumerate(part) if not c.isdigit()), len(part))]
        if not digits:
            break
        out.append(int(digits))
    return tuple(out)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def packages() -> Iterator[Finding]:
    """Look for the packages that the notebooks need, and for a page to open them in."""
    for name, least in NEEDED.items():
        found = _version(name)
        if found is None:
            yield Finding("missing", f"{name} is not installed", f"{_pip()} '{name}>={least}'")
        elif _numbers(found) < _numbers(least):
            yield Finding("missing", f"{name} {found} is too old, {least} is needed", f"{_pip()} -U '{name}>={least}'")
        else:
            yield Finding("ok", f"{name} {found}")
    pages = {title: found for name, title in PAGES.items() if (found := _version(name))}
    if pages:
        yield Finding("ok", ", ".join(f"{title} {found}" for title, found in pages.items()))
    else:
        mend = (
            f"{_pip()} jupyterlab; not needed where another program opens the notebooks: VS Code, Colab, a JupyterHub"
        )
        yield Finding("note", "no JupyterLab in this environment", mend)


def widget_manager() -> Finding:
    """Look for the extension that lets JupyterLab and Notebook 7 show widgets."""
    found = _version("jupyterlab_widgets")
    if found is None:
        return Finding(
            "missing", "jupyterlab_widgets is not installed: JupyterLab would show text in place of each player",
            f"{_pip()} jupyterlab_widgets, in the environment that JupyterLab runs in; then reload the page",
        )  # fmt: skip
    return Finding("ok", f"jupyterlab_widgets {found}: JupyterLab and Notebook 7 show widgets")


def front_end() -> Finding:
    """Look for the bundle that the player runs."""
    try:
        from minigrad.jupyter.bundle import find
    except ImportError as error:
        return Finding("missing", f"the player cannot be loaded: {error}", "first install what is missing above")
    if find() is None:
        return Finding("missing", "the player's front end was not built", "cd widgets && npm ci && npm run build")
    return Finding("ok", "the player's front end is there")


def kernels() -> Iterator[Finding]:
    """Look whether the kernel named python3 is this Python, and whether minigrad can be imported in the others."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError:
        yield Finding(
            "missing", "jupyter_client is not installed: there is no kernel to run a notebook", f"{_pip()} ipykernel"
        )
        return
    specs: dict[str, Any] = KernelSpecManager().get_all_specs()
    for name, found in sorted(specs.items()):
        argv = found["spec"].get("argv") or [""]
        if found["spec"].get("language", "python").lower() == "python":
            # as Jupyter does it: a kernel that says no more than "python" runs the Python that Jupyter runs in
            yield kernel(name, sys.executable if argv[0] in {"python", "python3"} else argv[0])
    if "python3" not in specs:
        yield Finding(
            "missing", "no kernel is called python3, the one that the notebooks ask for",
            f"{_python()} -m ipykernel install --sys-prefix --name python3",
        )  # fmt: skip


def kernel(name: str, command: str) -> Finding:
    """Ask the Python of one kernel whether it can import minigrad."""
    ask = "import minigrad; print(minigrad.__version__)"
    try:
        answer = subprocess.run([command, "-c", ask], capture_output=True, text=True, timeout=60, cwd=Path.home())
    except (OSError, subprocess.TimeoutExpired):
        return Finding("note", f"kernel {name}: its Python cannot be started", f"jupyter kernelspec remove {name}")
    if answer.returncode:
        state = "missing" if name == "python3" else "note"
        return Finding(
            state,
            f"kernel {name} cannot import minigrad",
            f"{command} -m pip install '{SOURCE}'",
        )
    return Finding("ok", f"kernel {name} has minigrad {answer.stdout.strip()}")


def works() -> Finding:
    """Differentiate something."""
    x = minigrad.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    if x.grad is None or x.grad.tolist() != [2.0, 4.0]:
        return Finding(
            "missing",
            f"the gradient of x*x at [1, 2] is {x.grad}, not [2, 4]",
            f"{_pip()} -U --force-reinstall '{SOURCE}'",
        )
    return Finding("ok", f"minigrad {minigrad.__version__} differentiates")


def _python() -> str:
    return Path(sys.executable).name


def _pip() -> str:
    return f"{_python()} -m pip install"


CHECKS: tuple[Callable[[], Finding | Iterator[Finding]], ...] = (works, packages, widget_manager, front_end, kernels)


def run() -> int:
    """Print each finding; return 1 if something needed is missing."""
    print(f"Python {'.'.join(map(str, sys.version_info[:3]))} at {sys.prefix}\n")
    missing = 0
    for check in CHECKS:
        found = check()
        for finding in [found] if isinstance(found, Finding) else found:
            print(finding)
            missing += finding.state == "missing"
    print("\nAll is well." if not missing else f"\n{missing} to mend.")
    return int(missing > 0)
