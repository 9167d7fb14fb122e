"""Build the classroom as a static site: JupyterLab, Python and the notebooks, all in the student's own browser.

    python binder/lite.py _site         then publish the folder _site on any web server

The site is JupyterLite's, with minigrad's wheel inside. A page fetches Python itself, NumPy, matplotlib and networkx
from Pyodide's distribution when it is first opened; after that the browser keeps them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = (
    "anywidget==0.11.0",
    "build==1.5.0",
    "jupyter-server==2.21.1",
    "jupyterlab-widgets==3.0.17",
    "jupyterlite-core==0.8.6",
    "jupyterlite-pyodide-kernel==0.8.6",
)
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension", "anywidget")
ELSEWHERE = re.compile(r"%pip install .*minigrad.*")  # the notebooks' own line for Colab and its like
HERE = "%pip install -q minigrad"  # the wheel that the site carries


def build(site: Path) -> None:
    """Build the site into ``site``, which must not hold anything yet.

    Raises
    ------
    FileExistsError
        If there is something in ``site``.
    RuntimeError
        If the site lacks a notebook, the wheel or an extension.
    """
    if site.exists() and any(site.iterdir()):
        raise FileExistsError(f"{site} is not empty: name a folder that is, or remove it first")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        venv.create(work / "tools", with_pip=True)
        python = work / "tools" / ("Scripts" if os.name == "nt" else "bin") / "python"
        run(python, "-m", "pip", "install", "--quiet", *TOOLS)
        # by way of the source archive, which leaves out what git ignores: checkpoints of notebooks, for one
        run(python, "-m", "build", "--outdir", work / "wheels", ROOT)
        copy_notebooks(work / "contents")
        wheel = next((work / "wheels").glob("minigrad-*-py3-none-any.whl"))
        run(
            python, "-m", "jupyter", "lite", "build",
            "--lite-dir", work,
            "--contents", work / "contents",
            "--piplite-wheels", wheel,
            "--output-dir", work / "site",
            at=work,  # it keeps a database of what it built where it stands
        )  # fmt: skip
        check(work / "site", work / "contents")
        shutil.copytree(work / "site", site, dirs_exist_ok=True)


def run(*command: object, at: Path | None = None) -> None:
    """Run a command; show what it printed only if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=at, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[1:4]))} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def copy_notebooks(folder: Path) -> None:
    """Copy the notebooks, and make each find minigrad in the site itself."""
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for path in folder.rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"] = {
            "display_name": "Python (Pyodide)",
            "language": "python",
            "name": "python",
        }
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["source"] = [ELSEWHERE.sub(HERE, line) for line in cell["source"]]
        path.write_text(json.dumps(notebook), encoding="utf-8")


def check(site: Path, contents: Path) -> None:
    """Find in the site what a class needs of it."""
    wheels = json.loads((site / "pypi" / "all.json").read_text(encoding="utf-8"))
    settings = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
    extensions = {extension["name"] for extension in settings["jupyter-config-data"]["federated_extensions"]}
    copied = sorted(path.relative_to(contents) for path in contents.rglob("*") if path.is_file())
    missing = [str(name) for name in copied if not (site / "files" / name).is_file()]
    missing += [name for name in EXTENSIONS if name not in extensions]
    missing += [] if "minigrad" in wheels else ["the wheel"]
    if missing:
        raise RuntimeError(f"the site was built without {', '.join(missing)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        build(Path(sys.argv[1]))
    except (FileExistsError, RuntimeError) as error:
        sys.exit(f"Nothing was built: {error}")
    print(
        f"The site is in {sys.argv[1]}. To try it: python -m http.server -d {sys.argv[1]}, then open the page it names."
    )
