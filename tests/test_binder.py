"""Binder's files: every package is pinned, and what they describe can be built without Docker."""

import importlib.util
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from benchmarks.environment import build

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture
def lite(tmp_path, monkeypatch):
    """Return binder/lite.py, of a project with one notebook that was open in JupyterLab."""
    spec = importlib.util.spec_from_file_location("lite", BINDER / "lite.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    checkpoints = tmp_path / "notebooks" / ".ipynb_checkpoints"
    checkpoints.mkdir(parents=True)
    cell = {"cell_type": "code", "source": ['    %pip install -q "minigrad @ git+https://github.com/a/b"\n']}
    text = json.dumps({"metadata": {}, "cells": [cell]})
    (tmp_path / "notebooks" / "a.ipynb").write_text(text)
    (checkpoints / "a-checkpoint.ipynb").write_text(text)
    module.copy_notebooks(tmp_path / "contents")
    return module


def pins():
    """Return the pinned packages and their versions."""
    rows = [Requirement(line) for line in (BINDER / "requirements.txt").read_text().split("\n") if line]
    return {row.name.lower(): str(row.specifier).removeprefix("==") for row in rows}


def test_every_line_pins_one_version():
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []


def test_the_pins_are_what_the_project_needs():
    wanted = [Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"]]
    found = pins()
    assert [str(row) for row in wanted if found.get(row.name) not in row.specifier] == []


def test_its_python_is_one_that_the_project_runs_on():
    assert (BINDER / "runtime.txt").read_text().strip() == "python-3.11"
    assert PROJECT["requires-python"] == ">=3.11"


def test_post_build_can_be_executed_and_looks_whether_all_is_there():
    script = BINDER / "postBuild"
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert "pip install --no-cache-dir --no-deps -e ." in text
    assert "python -m minigrad doctor" in text


def test_the_badge_opens_a_notebook_that_is_there():
    (place,) = re.findall(
        r"mybinder\.org/v2/gh/[\w./-]+\?urlpath=lab/tree/([\w./-]+)", (ROOT / "README.md").read_text()
    )
    assert (ROOT / place).is_file()


def test_a_static_site_has_the_notebooks_and_not_the_checkpoints_of_who_had_them_open(lite, tmp_path):
    copied = [path.relative_to(tmp_path / "contents") for path in (tmp_path / "contents").rglob("*")]
    assert copied == [Path("a.ipynb")]
    (cell,) = json.loads((tmp_path / "contents" / "a.ipynb").read_text())["cells"]
    assert cell["source"] == ["    %pip install -q minigrad\n"]


def test_what_a_static_site_lacks_is_named(lite, tmp_path):
    site = tmp_path / "site"
    (site / "pypi").mkdir(parents=True)
    (site / "pypi" / "all.json").write_text('{"minigrad": {}}')
    extensions = [{"name": name} for name in lite.EXTENSIONS[1:]]
    settings = {"jupyter-config-data": {"federated_extensions": extensions}}
    (site / "jupyter-lite.json").write_text(json.dumps(settings))
    with pytest.raises(RuntimeError, match=rf"without a\.ipynb, {lite.EXTENSIONS[0]}$"):
        lite.check(site, tmp_path / "contents")


@pytest.mark.skipif(
    "BUILD_BINDER" not in os.environ,
    reason="BUILD_BINDER=<folder> builds Binder's environment there, in a minute or two",
)
def test_the_environment_can_be_built_and_runs_the_first_notebook():
    folder = Path(os.environ["BUILD_BINDER"])
    environment = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    build(folder)
    command = ["python", "tests/notebooks/refresh.py", "--run", "notebooks/00-start-here.ipynb"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
