"""The package as a whole: what importing it costs, what it offers, and how its house is kept."""

import importlib
import math
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import minigrad

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "minigrad",
    "notebooks",
    "widgets",
    "tests",
    "binder",
}
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())


def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout: nobody knows which files belong to it")
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return found.stdout.split("\0")[:-1]


def in_a_fresh_process(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_importing_minigrad_loads_numpy_and_the_standard_library_alone():
    code = """
import sys
import numpy
before = set(sys.modules)
import minigrad
loaded = [name for name in set(sys.modules) - before if sys.modules[name].__spec__]  # Cython adds some without
print(*{name.partition(".")[0] for name in loaded})
"""
    assert set(in_a_fresh_process(code).split()) - sys.stdlib_module_names <= {"minigrad", "numpy"}


def test_everything_in_all_can_be_imported():
    modules = [minigrad, *(importlib.import_module(f"minigrad.{name}") for name in minigrad.__all__ if is_module(name))]
    missing = [
        f"{module.__name__}.{name}"
        for module in modules
        for name in getattr(module, "__all__", ())
        if not hasattr(module, name)
    ]
    assert missing == []
    assert len(set(minigrad.__all__)) == len(minigrad.__all__)


def is_module(name: str) -> bool:
    return isinstance(getattr(minigrad, name, None), type(sys))


def test_every_public_name_is_in_all():
    public = {name for name in vars(minigrad) if not name.startswith("_") and not is_module(name)}
    assert public - set(minigrad.__all__) == {"load_ipython_extension", "unload_ipython_extension"} & public


def test_every_room_has_a_floor():
    contract = SETTINGS["tool"]["importlinter"]["contracts"][0]
    floors = set(re.findall(r"minigrad[\w.]+", " ".join(contract["layers"])))
    rooms = {module.name for module in pkgutil.iter_modules(minigrad.__path__, "minigrad.")} - {"minigrad.autograd"}
    rooms |= {module.name for module in pkgutil.iter_modules(minigrad.autograd.__path__, "minigrad.autograd.")}
    assert rooms - floors == set()


def test_the_version_stands_in_one_place():
    assert re.fullmatch(r"\d+\.\d+\.\d+", minigrad.__version__)
    assert SETTINGS["project"]["dynamic"] == ["version"]
    assert SETTINGS["tool"]["hatch"]["version"]["path"] == "minigrad/__init__.py"


def test_the_readme_has_one_command_to_begin_with_and_one_to_test():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    environment = "python3 -m venv .venv && .venv/bin/pip install -e "
    assert f"{environment}'.[lab]' && .venv/bin/jupyter lab notebooks/00-start-here.ipynb" in lines
    assert f"{environment}'.[test]' && .venv/bin/pytest" in lines


def test_the_top_level_holds_what_it_may_and_nothing_else():
    names = {name.partition("/")[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_no_pinned_file_names_a_registry():
    pinned = (ROOT / "binder" / "requirements.txt").read_text()
    assert not re.search(r"://|--hash|--index|--find-links", pinned)
    assert '"resolved"' not in (ROOT / "widgets" / "package-lock.json").read_text()
    assert not [name for name in tracked() if name.endswith("uv.lock")]


def test_the_constants_of_mathematics_are_there():
    assert (minigrad.pi, minigrad.e, minigrad.inf) == (math.pi, math.e, math.inf)
    assert math.isnan(minigrad.nan)
    assert minigrad.ones(2)[:, minigrad.newaxis].shape == (2, 1)
