"""What hooks make of a gradient: before → after, as equations."""

from __future__ import annotations

from typing import TypeAlias

from minigrad.trace.events import HookEvent, NodeHookEvent
from minigrad.trace.graph import shorten
from minigrad.trace.mathml import fraction, partial
from minigrad.trace.passes import Pass
from minigrad.trace.pieces import Json, box_of, brief, row_of, summary
from minigrad.trace.values import Snapshot
from minigrad.trace.voice import Voice

AnyHook: TypeAlias = HookEvent | NodeHookEvent

LONGEST_NOTE = 18  # characters of numbers on either side of a note's arrow


class HookRows:
    """Tells the hooks that ran since the last step.

    Parameters
    ----------
    voice : Voice
        Names and sentences.
    """

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.variables = voice.graph.variables

    def of_tensor(self, event: HookEvent, now: Pass) -> tuple[Json, str]:
        """Return the row of a hook on a gradient, and the sentence that reads it."""
        root, name = now.root_name, self.voice.short(self.variables[event.target])
        before = self.voice.say("hook_before", partial=partial(root, name), hook=event.hook)
        return self._row(fraction(root, name), before, event.hook, event.before, event.after)

    def after_accumulating(self, event: HookEvent) -> tuple[Json, str]:
        """Return the row of a hook that saw a leaf's complete .grad, and the sentence that reads it."""
        code = f"{self.variables[event.target].code}.grad"
        before = self.voice.say("hook_before", partial=shorten(code), hook=event.hook)
        same = event.after is None or event.before is None or summary(event.before) == summary(event.after)
        return self._row(None, before, event.hook, event.before, None if same else event.after, "grad")

    def of_node(self, event: NodeHookEvent, name: str) -> tuple[list[Json], list[str]]:
        """Return a row a gradient of a node's own hook, and the sentences that read them."""
        rows, spoken = [], []
        for i, before in enumerate(event.before):
            after = None if event.after is None else event.after[i]
            if before is None and after is None:
                continue
            key = "hook_received" if event.kind == "prehook" else "hook_sent"
            caption = self.voice.say(key, node=name, hook=event.hook)
            row, text = self._row(None, caption, event.hook, before, after)
            rows.append(row)
            spoken.append(text)
        return rows, spoken

    def note(self, event: HookEvent) -> str | None:
        """Return ``clip: [6, 12] → [1, 1]`` for under a dock, if that is short."""
        before, after = brief(event.before, LONGEST_NOTE), brief(event.after, LONGEST_NOTE)
        if event.after is None or before is None or after is None:
            return None
        return f"ƒ {shorten(event.hook, 12)}: {before} → {after}"

    def _row(
        self, left: object, caption: str, hook: str, old: Snapshot | None, new: Snapshot | None, role: str = "upstream"
    ) -> tuple[Json, str]:
        after = old if new is None else new
        terms = [
            box_of(caption, role, old),
            f"ƒ {shorten(hook, 24)}",
            box_of(self.voice.say("hook_after", hook=hook), role, after),
        ]
        same = self.voice.say("hook_same") if new is None else None
        spoken = self.voice.say("hook_spoken", hook=hook, before=summary(old), after=summary(after))
        return row_of("hook", left, terms, None, same), spoken
