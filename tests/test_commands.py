"""python -m minigrad lab | doctor: work is never overwritten, and what is missing is named with its remedy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from minigrad.__main__ import main
from minigrad.commands import doctor, lab

FIRST = "00-start-here.ipynb"


def test_lab_copies_every_notebook(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert main(["lab", str(folder), "--copy-only"]) == 0
    there = {file.name for file in folder.glob("*.ipynb")}
    assert there == {file.name for file in lab.source().glob("*.ipynb")}
    assert FIRST in there


def test_lab_never_overwrites_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["lab", str(tmp_path), "--copy-only"])
    (tmp_path / FIRST).write_text("my answers")
    (tmp_path / "notes.txt").write_text("my notes")
    capsys.readouterr()
    assert main(["lab", str(tmp_path), "--copy-only"]) == 0
    assert (tmp_path / FIRST).read_text() == "my answers"
    assert (tmp_path / "notes.txt").read_text() == "my notes"
    assert f"Kept as you left them: {FIRST}." in capsys.readouterr().out


def test_a_renamed_notebook_makes_room_for_a_fresh_copy(tmp_path: Path) -> None:
    main(["lab", str(tmp_path), "--copy-only"])
    (tmp_path / FIRST).rename(tmp_path / "mine.ipynb")
    main(["lab", str(tmp_path), "--copy-only"])
    assert (tmp_path / FIRST).read_bytes() == (lab.source() / FIRST).read_bytes()


def test_lab_says_why_when_its_folder_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert main(["lab", str(tmp_path / "taken"), "--copy-only"]) == 1
    assert "Nothing was opened" in capsys.readouterr().err
    assert (tmp_path / "taken").read_text() == ""


def test_what_stands_in_the_way_of_a_folder_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("mine, and no folder")
    assert main(["lab", str(tmp_path), "--copy-only"]) == 1
    assert (tmp_path / "data").read_text() == "mine, and no folder"
    assert "Another folder?" in capsys.readouterr().err


def test_a_folder_or_a_link_in_a_notebook_s_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FIRST).mkdir()
    (tmp_path / "01-requires-grad.ipynb").symlink_to(tmp_path / "elsewhere" / "gone.ipynb")
    copied, kept = lab.copy(lab.source(), tmp_path)
    assert [str(name) for name in kept] == [FIRST, "01-requires-grad.ipynb"]
    assert len(copied) == len(list(lab.source().rglob("*.*"))) - len(kept)
    assert not (tmp_path / "elsewhere").exists()


def test_half_a_notebook_is_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(source: IO[bytes], target: IO[bytes]) -> None:
        target.write(source.read(100))
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr(shutil, "copyfileobj", full_disk)
    assert main(["lab", str(tmp_path), "--copy-only"]) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def nobody() -> Iterator[None]:
    """Be a user for whom permissions count: root may write everywhere."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions of this kind are those of Unix")
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


@pytest.fixture
def open_room() -> Iterator[Path]:
    """Yield a folder that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        (Path(name) / "start").mkdir()
        (Path(name) / "closed").mkdir(0o555)
        (Path(name) / "start" / FIRST).write_text("as it comes")
        yield Path(name)


def test_without_rights_nothing_is_copied_and_nothing_lost(open_room: Path, nobody: None) -> None:
    with pytest.raises(PermissionError):
        lab.copy(open_room / "start", open_room / "closed" / "new")
    with pytest.raises(PermissionError):
        lab.copy(open_room / "start", open_room / "closed")
    assert list((open_room / "closed").iterdir()) == []


def test_work_that_may_not_be_read_is_kept(open_room: Path, nobody: None) -> None:
    was, os_user = os.geteuid(), os.getuid()
    os.seteuid(os_user)
    (open_room / FIRST).write_text("secret")
    (open_room / FIRST).chmod(0)
    os.seteuid(was)
    assert lab.copy(open_room / "start", open_room) == ([], [Path(FIRST)])


def test_a_package_without_its_notebooks_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="came without its notebooks"):
        lab.source((tmp_path,))


def test_doctor_asks_for_what_the_project_needs() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    needed = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", row).groups() for row in project["dependencies"])  # type: ignore[union-attr]
    assert {name: least for name, least in doctor.NEEDED.items() if name != "ipykernel"} == needed


def test_doctor_finds_nothing_wrong_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0, capsys.readouterr().out
    assert "All is well." in capsys.readouterr().out


def test_doctor_names_what_is_missing_and_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = doctor._version
    monkeypatch.setattr(
        doctor, "_version", lambda name: {"jupyterlab_widgets": None, "anywidget": "0.8"}.get(name, found(name))
    )
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "MISSING  jupyterlab_widgets is not installed" in out
    assert "pip install jupyterlab_widgets" in out
    assert "MISSING  anywidget 0.8 is too old, 0.9.13 is needed" in out
    assert "2 to mend." in out


def test_doctor_asks_each_kernel_for_minigrad(tmp_path: Path) -> None:
    assert doctor.kernel("nowhere", str(tmp_path / "python")).state == "note"
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    found = doctor.kernel("python3", str(other))
    assert found.state == "missing"
    assert found.mend.startswith(f"{other} -m pip install "), "into the kernel's Python, whichever this one is"
    assert doctor.kernel("another", str(other)).state == "note"


@pytest.mark.parametrize(
    ("text", "numbers"), [("9.18.1", (9, 18, 1)), ("0.9.13rc1", (0, 9, 13)), ("2.0.dev3", (2, 0)), ("", ())]
)
def test_versions_are_compared_by_their_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert doctor._numbers(text) == numbers


def test_the_command_can_be_run_as_a_module() -> None:
    answer = subprocess.run([sys.executable, "-m", "minigrad", "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("minigrad ")
