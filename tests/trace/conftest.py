"""Cells for the tests of the trace: source text, run and recorded as a notebook would."""

from __future__ import annotations

import itertools
import linecache
from collections.abc import Callable
from typing import Any

import pytest

import minigrad as mg
from minigrad.trace import Recording, play_document, record, step_table

_numbers = itertools.count()


class Cell:
    """A cell that was run: its variables, its recording, its error and its play document."""

    def __init__(self, source: str, root: str | None = None, **names: Any) -> None:
        self.variables: dict[str, Any] = {"mg": mg, **names}
        self.filename = f"<cell {next(_numbers)}>"
        linecache.cache[self.filename] = (len(source), None, source.splitlines(keepends=True), self.filename)
        self.error: BaseException | None = None
        self.recording: Recording
        try:
            with record(self.filename) as self.recording:
                exec(compile(source, self.filename, "exec"), self.variables)
        except BaseException as error:
            self.error = error
        self.root_name = root
        self._document: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        return self.variables[name]

    @property
    def root(self) -> Any:
        if self.root_name is not None:
            return self.variables[self.root_name]
        found = self.recording.last_tensor(self.variables)
        return None if found is None else found[1]

    @property
    def document(self) -> dict[str, Any]:
        if self._document is None:
            self._document = play_document(self.recording, self.root)
        return self._document

    @property
    def steps(self) -> list[dict[str, Any]]:
        return self.document["steps"]

    @property
    def graph(self) -> dict[str, Any]:
        return self.document["graph"]

    @property
    def table(self) -> str:
        return step_table(self.document)

    @property
    def titles(self) -> list[str]:
        return [step["title"] for step in self.steps]

    @property
    def names(self) -> list[str]:
        return [variable["name"] for variable in self.graph["variables"]]

    def variable(self, name: str) -> dict[str, Any]:
        return next(variable for variable in self.graph["variables"] if variable["name"] == name)

    def operator(self, name: str, which: int = 0) -> dict[str, Any]:
        return [operator for operator in self.graph["operators"] if operator["name"] == name][which]

    def step(self, title: str, which: int = 0) -> dict[str, Any]:
        return [step for step in self.steps if step["title"] == title][which]

    def chips(self) -> list[str | None]:
        edges = [edge for edge in self.graph["edges"] if edge["target"].startswith("o")]
        return [None if edge["chip"] is None else edge["chip"]["text"] for edge in edges]

    def state(self, position: int | None = None) -> dict[tuple[str, str], dict[str, Any]]:
        """What each row of each dock shows at a position: (name, "value" or "grad") -> effect."""
        names = {variable["id"]: variable["name"] for variable in self.graph["variables"]}
        shown = {}
        for moment in (self.document["start"], *self.steps[:position]):
            for effect in moment["effects"]:
                shown[names[effect["variable"]], effect["row"]] = effect
        return shown


@pytest.fixture
def run() -> Callable[..., Cell]:
    """Run a cell; it may fail."""
    return Cell


@pytest.fixture
def play() -> Callable[..., Cell]:
    """Run a cell that must not fail."""

    def played(source: str, root: str | None = None, **names: Any) -> Cell:
        cell = Cell(source, root, **names)
        if cell.error is not None:
            raise cell.error
        return cell

    return played
