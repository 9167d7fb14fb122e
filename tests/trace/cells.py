"""Cells for the tests of the trace: source text, run and recorded as a notebook would."""

from __future__ import annotations

import itertools
import linecache
from typing import Any

import minigrad as mg
from minigrad.trace import Recording, play_document, record

_numbers = itertools.count()


class Cell:
    """A cell that was run: its names, its recording and its play document."""

    def __init__(self, source: str, root: str | None = None, **names: Any) -> None:
        self.names: dict[str, Any] = {"mg": mg, **names}
        self.source = source
        self.filename = f"<cell {next(_numbers)}>"
        linecache.cache[self.filename] = (len(source), None, source.splitlines(keepends=True), self.filename)
        self.error: BaseException | None = None
        manager = record(self.filename)
        try:
            with manager as recording:
                self.recording: Recording = recording
                exec(compile(source, self.filename, "exec"), self.names)
        except BaseException as error:
            self.error = error
        found = self.recording.last_tensor(self.names) if root is None else (root, self.names[root])
        self.root = None if found is None else found[1]
        self.added = False

    def document(self, **options: Any) -> dict[str, Any]:
        return play_document(self.recording, self.root, **options)


def play(source: str, root: str | None = None, **names: Any) -> dict[str, Any]:
    """The play document of a cell that must not fail."""
    cell = Cell(source, root, **names)
    if cell.error is not None:
        raise cell.error
    return cell.document()


def names_of(document: dict[str, Any]) -> list[str]:
    return [variable["name"] for variable in document["graph"]["variables"]]


def titles(document: dict[str, Any]) -> list[str]:
    return [step["title"] for step in document["steps"]]


def step(document: dict[str, Any], title: str, which: int = 0) -> dict[str, Any]:
    return [found for found in document["steps"] if found["title"] == title][which]


def state(document: dict[str, Any], position: int) -> dict[tuple[str, str], dict[str, Any]]:
    """What each row of each variable's dock shows at a position: (name, "value" or "grad") -> effect."""
    names = {variable["id"]: variable["name"] for variable in document["graph"]["variables"]}
    shown = {}
    for moment in (document["start"], *document["steps"][:position]):
        for effect in moment["effects"]:
            shown[names[effect["variable"]], effect["row"]] = effect
    return shown
