"""python -m minigrad lab | doctor: work is never overwritten, and what is missing is named with its remedy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def test_a_package_without_its_notebooks_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="came without its notebooks"):
        lab.source((tmp_path,))


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
    assert doctor.kernel("python3", str(other)).state == "missing"
    assert doctor.kernel("another", str(other)).state == "note"


@pytest.mark.parametrize(
    ("text", "numbers"), [("9.18.1", (9, 18, 1)), ("0.9.13rc1", (0, 9, 13)), ("2.0.dev3", (2, 0)), ("", ())]
)
def test_versions_are_compared_by_their_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert doctor._numbers(text) == numbers


def test_the_command_can_be_run_as_a_module() -> None:
    answer = subprocess.run([sys.executable, "-m", "minigrad", "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("minigrad ")
