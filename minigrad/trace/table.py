"""The step table: a play document as lines of text, one a step, for those who read or listen instead of looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minigrad.trace.pieces import row_text

WIDEST_TITLE = 24
MOST_LINES = 400  # of a longer run, the beginning and the end


def step_table(document: Mapping[str, Any]) -> str:
    """Return the steps of a play document as text, a line each: number, phase, what happens, in numbers.

    The same document gives the same text: it holds no address, no time and no width of a screen. Of a run of more
    than 400 steps the first 200 and the last 200 are told.

    Parameters
    ----------
    document : mapping
        A play document, with positions or without.

    Returns
    -------
    str
    """
    title = document["title"]
    head = " · ".join([part for part in (title["code"], title["call"]) if part])
    lines = [f"minigrad: {head}" if head else "minigrad"]
    message = document["message"]
    if message is not None:
        where = f", line {message['line']}" if message["line"] is not None else ""
        words = document["words"]
        lines.append(f"{words.get(message['kind'], message['kind'])}{where}: {' '.join(message['text'].split())}")
    names = {variable["id"]: variable["name"] for variable in document["graph"]["variables"]}
    shown = [
        f"{names[e['variable']]}{'.grad' if e['row'] == 'grad' else ''} = {e['value']['summary']}"
        for e in document["start"]["effects"]
        if e["value"] is not None
    ]
    if shown:
        lines.append(f"start: {', '.join(shown)}")
    steps = document["steps"]
    digits = len(str(len(steps)))
    titles = [_title(step) for step in steps]
    width = min(WIDEST_TITLE, max([len(text) for text in titles], default=0))
    left_out = range(MOST_LINES // 2 + 1, len(steps) - MOST_LINES // 2 + 1)
    for k, (step, text) in enumerate(zip(steps, titles, strict=True), 1):
        if k in left_out:
            if k == left_out.start:
                lines.append(f"{'…':>{digits}}  {len(left_out):,} steps more")
            continue
        rows = "; ".join([row_text(row) for row in step["rows"]])
        if _is_call(step) and step["where"]["code"]:
            rows = f"{step['where']['code']}: {rows}" if rows else step["where"]["code"]
        lines.append(f"{k:>{digits}}  {step['phase']:<8}  {text:<{width}}  {rows}".rstrip())
    return "\n".join(lines)


def _title(step: Mapping[str, Any]) -> str:
    if not _is_call(step):
        return str(step["title"])
    return f"{step['title']} {step['where']['text']}"


def _is_call(step: Mapping[str, Any]) -> bool:
    """Return whether a step is a line of the user's that ran an op, or tried to."""
    return step["where"] is not None and (
        step["kind"] == "op" or (step["kind"] == "refused" and step["phase"] == "forward")
    )
