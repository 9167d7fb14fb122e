"""The play document: a recording as plain JSON that the page, the picture and the text table all read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from minigrad import words as words_
from minigrad.autograd.base import TensorBase
from minigrad.trace.collection import paused_collection
from minigrad.trace.events import BeginEvent, DetachEvent, OpEvent, Recording
from minigrad.trace.explain import Teller
from minigrad.trace.faults import Faults
from minigrad.trace.fold import Folded, Group, fold
from minigrad.trace.graph import Edge, Graph, Operator, Variable, commutes, shorten
from minigrad.trace.marks import Marks
from minigrad.trace.pieces import first_sentence
from minigrad.trace.replay import unheard
from minigrad.trace.values import bytes_text, cells_of, remembering, shape_text, value

LONGEST_SAVED = 19  # characters below an operator
FORMAT, VERSION = "minigrad.play", 1


@paused_collection()
@remembering()
def play_document(
    recording: Recording,
    root: TensorBase | None = None,
    *,
    added_backward: bool | str | None = False,
    language: str = "en",
    message: str | None = None,
) -> dict[str, Any]:
    """Return what a recording shows, as plain JSON without positions (``minigrad.draw.place`` adds those).

    Parameters
    ----------
    recording : Recording
        What ``record()`` gave.
    root : Tensor, optional
        What is computed, where the recording holds no backward pass; by default what was made last.
    added_backward : bool or str
        Whether the call of backward is no line of the user's, or the text of that call: it is then shown as an added
        line.
    language : str
        Which of ``minigrad.words``.
    message : str, optional
        A note for the strip under the title; an error of the recording comes first.

    Returns
    -------
    dict
        The play document.

    Examples
    --------
    >>> from minigrad.trace import record
    >>> with record() as recording:
    ...     x = mg.tensor(3.0, requires_grad=True)
    ...     y = x * x
    ...     y.backward()
    >>> [step["title"] for step in play_document(recording, y)["steps"]]
    ['MUL', 'y.backward()', 'MulBackward0', 'x.grad']
    """
    words = words_.load(language)
    with unheard():
        computed = None if root is None else recording.number_of(root)
        if computed is None:
            computed = recording.last_output()
        graph = Graph(recording, [] if computed is None else [computed])
        number = _root(recording, computed)
        lines = _source_lines(recording)
        added_line = None
        if added_backward and (recording.has_backward or isinstance(added_backward, str)):
            added_line = (lines[-1]["number"] if lines else 0) + 1
        teller = Teller(graph, words, number, added_line, added_backward if isinstance(added_backward, str) else None)
        start = teller.start()
        steps = teller.tell()
        call = teller.title_call() or (added_backward if isinstance(added_backward, str) else None)
        if added_line is not None:
            lines.append({"number": added_line, "text": call or "", "kind": "added", "glyphs": []})
        marks = Marks(graph, teller.voice)
        strip = _message(recording, teller, message, marks)
        marks.add_faults([] if strip is None else strip.get("places", []))
        folded = fold(graph)
        for line in lines:
            line["glyphs"] = teller.stage.glyph_lines.get(line["number"], [])
        _drop_usual_labels([start, *steps], graph, teller)
        return {
            "format": FORMAT,
            "version": VERSION,
            "language": language,
            "title": {"code": teller.title_code(), "call": call},
            "words": dict(words_.page(language)),
            "source": {"lines": lines},
            "message": strip,
            "graph": {
                "variables": [_at_home(_variable(v, teller, marks), folded) for v in graph.variables.values()],
                "operators": [_at_home(_operator(o, teller, marks), folded) for o in graph.operators.values()],
                "edges": [_edge(e, teller, marks) for e in graph.edges],
                "hulls": marks.hulls(),
                **({"groups": [_group(g, teller) for g in folded.groups]} if folded.groups else {}),
            },
            "passes": teller.backward.passes,
            "start": start,
            "steps": steps,
        }


def _root(recording: Recording, number: int | None) -> int | None:
    """Return what is differentiated: what was computed, unless every pass of the recording has another root."""
    roots = [begin.roots for begin in recording.events if isinstance(begin, BeginEvent) and begin.roots]
    if roots and not any(number in found for found in roots):
        return roots[-1][0]
    return number


def position_at(document: Mapping[str, Any], at: int) -> int:
    """Return a position in a document: 0 is before the first step, -1 the last, and what lies beyond is an end."""
    last = len(document["steps"])
    return min(max(at if at >= 0 else last + 1 + at, 0), last)


def to_json(document: dict[str, Any]) -> str:
    """Return a play document as JSON text: the same document gives the same text."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def from_json(text: str) -> dict[str, Any]:
    """Return the play document in a JSON text.

    Raises
    ------
    ValueError
        If it is none, or of a version that this package can't play.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"this is no play document: its format is not {FORMAT!r}")
    if document.get("version") != VERSION:
        raise ValueError(
            f"this play document is of version {document.get('version')!r}, and this package plays version {VERSION}"
        )
    return document


def _source_lines(recording: Recording) -> list[dict[str, Any]]:
    if recording.filename is None:
        return []
    texts = recording.sources().of(recording.filename).lines
    first, last = recording.lines or (1, len(texts))
    lines: list[dict[str, Any]] = []
    for number in range(first, min(last, len(texts)) + 1):
        text = texts[number - 1]
        kind = "magic" if text.startswith("%%") and number == 1 else "code"
        lines.append({"number": number, "text": text, "kind": kind, "glyphs": []})
    while lines and not lines[-1]["text"].strip():
        lines.pop()
    return lines


def _message(recording: Recording, teller: Teller, message: str | None, marks: Marks) -> dict[str, Any] | None:
    faults = Faults(teller.graph, teller.voice, marks)
    if recording.error is not None:
        more, places = faults.explain(recording.error, teller.root)
        text = _sentences([recording.error, more])
        return _with_places({"kind": "error", "text": text, "line": recording.error_line}, places)
    notes = [] if message is None else [message]
    names = list(dict.fromkeys(teller.not_zeroed()))
    if names:
        listed = names[0] if len(names) == 1 else teller.voice.say("and", most=", ".join(names[:-1]), last=names[-1])
        were = teller.voice.say("was" if len(names) == 1 else "were")
        notes.append(teller.voice.say("not_zeroed", names=listed, were=were, first=names[0]))
    if not notes:
        return None
    more, places = faults.explain(notes[0], teller.root)
    return _with_places({"kind": "note", "text": _sentences([*notes, more]), "line": None}, places)


def _with_places(message: dict[str, Any], places: list[dict[str, Any]]) -> dict[str, Any]:
    return {**message, "places": places} if places else message


def _sentences(parts: list[str]) -> str:
    """Return texts as sentences, one behind the other."""
    parts = [part.strip() for part in parts if part.strip()]
    return " ".join([part if part.endswith((".", "!", "?")) else f"{part}." for part in parts[:-1]] + parts[-1:])


def _drop_usual_labels(moments: list[dict[str, Any]], graph: Graph, teller: Teller) -> None:
    """Keep the name of a gradient's row only where it is another one than the row has in the end."""
    usual = {variable.id: teller.backward.label(variable) for variable in graph.variables.values()}
    for moment in moments:
        for effect in moment["effects"]:
            if effect.get("label") == usual[effect["variable"]]:
                del effect["label"]


def _variable(variable: Variable, teller: Teller, marks: Marks) -> dict[str, Any]:
    seen = variable.seen
    shape = shape_text(seen.shape)
    found = value(seen.value)
    key = "label_leaf" if variable.leaf else "label_variable" if seen.requires_grad else "label_constant"
    label = None
    if seen.requires_grad:
        label = teller.backward.label(variable)
    tags = marks.of_variable(variable)
    spoken = [teller.voice.say(key, name=variable.full_name, shape=shape), *[tag["label"] for tag in tags]]
    return {
        "id": variable.id,
        "name": variable.name,
        "full_name": variable.full_name,
        "expression": variable.expression,
        "shape": shape,
        "dtype": seen.dtype,
        "leaf": variable.leaf,
        "requires_grad": seen.requires_grad,
        "label": ", ".join(spoken),
        "span": None if variable.place is None else list(variable.place.span),
        "cells": cells_of(seen.value, seen.shape),
        "value": found,
        "value_label": teller.voice.say("value_label"),
        "grad_label": label,
        "tags": tags,
    }


def _operator(operator: Operator, teller: Teller, marks: Marks) -> dict[str, Any]:
    event = operator.event
    line = teller.graph.line_text(operator.place)
    label = teller.voice.say("label_operator", name=operator.name)
    if line is not None:
        label = teller.voice.say("label_operator_at", name=operator.name, line=line)
    saved = None
    if isinstance(event, OpEvent) and event.saved:
        names = teller.voice.saved_names(event, teller.voice.say("result"))
        if names:
            saved = teller.voice.say("saved", names=", ".join([shorten(name, 10) for name in names]))
            counted = teller.voice.say("saved_bytes", saved=saved, bytes=bytes_text(teller.voice.saved_bytes(event)))
            if len(counted) > LONGEST_SAVED:  # names come first; how many bytes they take is then said, not written
                label = f"{label}, {counted}"
            else:
                saved = counted
    if isinstance(event, DetachEvent):
        title, sentence, passes = operator.name, teller.voice.say("detach_sentence"), False
    else:
        title = event.name or operator.name
        passes = any(edge is not None for edge in event.edges)
        sentence = teller.voice.sentence(event) if event.refused is None else first_sentence(event.refused.says)
    tags = marks.of_operator(operator)
    found: dict[str, Any] = {
        "id": operator.id,
        "glyph": operator.glyph,
        "name": operator.name,
        "title": title,
        "label": ", ".join([label, *[tag["label"] for tag in tags]]),
        "line": line,
        "span": None if operator.shown is None else list(operator.shown.span),
        "saved": saved,
        "requires_grad": passes,
        "sentence": sentence,
        "tags": tags,
    }
    return {**found, "commutes": True} if isinstance(event, OpEvent) and commutes(event) else found


def _at_home(item: dict[str, Any], folded: Folded) -> dict[str, Any]:
    """Add to a node the box that it stands in; where there are no boxes, nothing."""
    group = folded.home.get(item["id"])
    return item if group is None else {**item, "group": group.id}


def _group(group: Group, teller: Teller) -> dict[str, Any]:
    say = teller.voice.say
    count = len(group.operators)
    line = teller.graph.line_text(group.place)
    title = group.title
    if group.kind == "round":
        title = say("group_round", k=group.index)
    elif group.kind == "rounds":
        title = say("group_rounds", first=group.index, last=group.last)
    elif group.kind in ("line", "part"):
        title = line or say("group_part")
    parts = [say("group_rounds_of", count=group.rounds)] if group.rounds > 1 else []
    parts.append(say("group_ops", count=count))
    if line and line != title:
        parts.append(line)
    subtitle = " · ".join(parts)
    gives = teller.voice.join([variable.full_name for variable in group.gives[-3:]])
    label = say("label_group", title=title, about=", ".join(parts))
    return {
        "id": group.id,
        "parent": None if group.parent is None else group.parent.id,
        "kind": group.kind,
        "title": title,
        "subtitle": subtitle,
        "label": say("label_group_gives", group=label, names=gives) if gives else label,
        "count": count,
        "gives": [variable.id for variable in group.gives],
        "span": None if group.place is None else list(group.place.span),
    }


def _edge(edge: Edge, teller: Teller, marks: Marks) -> dict[str, Any]:
    text = None
    if edge.gradient and edge.target.startswith("o"):
        text = teller.voice.chip(edge.operator, edge.slot)
    return {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "slot": edge.slot,
        "gradient": edge.gradient,
        "chip": None if text is None else {"text": text},
        "cut": marks.cut(edge),
    }
