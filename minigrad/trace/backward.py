"""The backward steps: where a pass begins, one a node, one a leaf's ``.grad``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from minigrad.trace import mathml
from minigrad.trace.abridge import abridge
from minigrad.trace.equations import Equations
from minigrad.trace.events import (
    AccumulateEvent,
    BeginEvent,
    EndEvent,
    FailEvent,
    HookEvent,
    NodeEvent,
    NodeHookEvent,
    OpEvent,
)
from minigrad.trace.graph import Variable, shorten
from minigrad.trace.hooks import AnyHook, HookRows
from minigrad.trace.mathml import fraction, partial, short_partial
from minigrad.trace.passes import Pass
from minigrad.trace.pieces import Json, box_of, brief, comma, effect, equal, first_sentence, flow, row_of, summary
from minigrad.trace.source import Place
from minigrad.trace.stage import Stage
from minigrad.trace.values import Snapshot, value
from minigrad.trace.voice import SHORT, row_kind

MOST_ARRIVALS = 4  # gradients that one equation adds up


class Backward:
    """Tells the backward passes of a recording.

    Parameters
    ----------
    stage : Stage
        Where they play.
    root : int or None
        The value that gradients are taken of, where no backward pass says so.
    added_line : int or None
        The line of the source that stands for a backward call which the user did not write.
    added_call : str or None
        The text of that call.
    """

    def __init__(self, stage: Stage, root: int | None, added_line: int | None, added_call: str | None) -> None:
        self.stage = stage
        self.graph, self.voice = stage.graph, stage.voice
        self.events = stage.events
        self.equations = Equations(self.voice)
        self.hooks = HookRows(self.voice)
        self.root = root
        self.added_line = added_line
        self.added_call = added_call
        self.labels: dict[int, str] = {}  # what the gradient's row of each value is called at the moment
        self.passes: list[str] = []  # the call of each pass
        self.pinned = set(self._retained())

    def _retained(self) -> Iterator[int]:
        """Yield the values whose gradient is kept by retain_grad()."""
        for event in self.events:
            if isinstance(event, NodeEvent) and event.retained:
                op = self.events[event.op]
                assert isinstance(op, OpEvent)
                yield from [op.outputs[nr] for nr in event.retained if nr < len(op.outputs)]

    # --- Where a backward pass begins ---------------------------------------------------------------------------------

    def call_of(self, begin: BeginEvent) -> tuple[str, Place | None]:
        place, shown = self.graph.where(begin.sites)
        if self.added_line is not None and self.added_call is not None:
            return self.added_call, None
        if shown is not None and shown.text:
            return shorten(shown.text, 60), shown
        if self.added_line is not None and begin.roots:
            variable = self.graph.variables.get(begin.roots[0])
            name = "" if variable is None else variable.full_name
            return (f"({name})" if mathml.needs_brackets(name) else name) + ".backward()", None
        return (self.voice.say("seed_title_plain") if place is None else shorten(place.text, 60)), None

    def seeds(self, now: Pass) -> list[Json]:
        """Return the steps that a pass begins with, one a root."""
        begin = now.begin
        call, shown = self.call_of(begin)
        self.passes.append(call)
        steps: list[Json] = []
        lines = [shown.line] if shown is not None else [] if self.added_line is None else [self.added_line]
        for line in lines:
            glyphs = self.stage.glyph_lines.setdefault(line, [])
            if "◀" not in glyphs:
                glyphs.append("◀")
        first = True
        for number, gradient in zip(begin.roots, begin.gradients, strict=True):
            variable = self.graph.variables[number]
            now.total[number] = gradient
            top = self.voice.short(variable)
            label = partial(top, top)
            if not variable.leaf:
                self.labels[number] = short_partial(top, top)
            key = "seed_sentence_given" if begin.given else "seed_sentence"
            sentence = self.voice.say(key, name=variable.name)
            caption = self.voice.say("seed_caption", partial=label)
            row = row_of("seed", fraction(top, top), [box_of(caption, "upstream", gradient)])
            if variable.leaf:
                effects = []
            else:
                effects = [self._grad(variable, "flight", gradient, None, self.voice.say("flight"))]
            if first:
                effects = self._synchronise(begin) + effects
            where = None if shown is None else {"text": f"line {shown.line}", "code": call}
            if shown is None and self.added_line is not None:
                where = {"text": self.voice.say("seed_added"), "code": call}
            seed = value(gradient)
            mark = seed["text"][0] if seed and len(seed["text"]) == 1 else "1" if not begin.given else "g"
            steps.append(
                {
                    "phase": "backward",
                    "pass": now.number,
                    "kind": "seed",
                    "mark": {"shape": "seed", "text": mark},
                    "focus": variable.id,
                    "title": self.voice.say("seed_title", call=call),
                    "where": where,
                    "rule": None,
                    "sentence": sentence,
                    "lines": lines,
                    "span": None if shown is None else list(shown.span),
                    "rows": [row],
                    "chain": {
                        "caption": self.voice.say("chain", root=variable.name, name=variable.name),
                        "links": [{"text": label, "factor": brief(gradient, 8), "state": "seed"}],
                    },
                    "flows": [],
                    "effects": effects,
                    "spoken": f"{call}. {sentence} {label} = {summary(gradient)}.",
                }
            )
            first = False
        return steps

    def _synchronise(self, begin: BeginEvent) -> list[Json]:
        """Show what each leaf's .grad really holds as the pass begins: the user may have zeroed it."""
        effects = []
        met: set[int] = set()
        for event in self.events[begin.number + 1 :]:
            if isinstance(event, (BeginEvent, EndEvent)):
                break
            if not isinstance(event, AccumulateEvent) or event.leaf in met or event.leaf not in self.graph.variables:
                continue
            met.add(event.leaf)
            variable = self.graph.variables[event.leaf]
            shown = self.stage.shown_grad.get(event.leaf)
            if not equal(shown, event.before):
                state = "none" if event.before is None else "stored"
                self.labels[event.leaf] = ".grad"
                effects.append(self._grad(variable, state, event.before))
                self.stage.shown_grad[event.leaf] = event.before
        return effects

    # --- Backward: an op ----------------------------------------------------------------------------------------------

    def node(self, event: NodeEvent, now: Pass) -> Json:
        """Return the step of a node that ran."""
        operator = self.graph.operators[event.op]
        op = operator.event
        assert isinstance(op, OpEvent)
        outputs = [v for v in self.graph.results_of(op) if v.seen.output_nr < len(event.received)]
        effects = self._free(now)
        hooks = now.take_hooks(op.outputs, event.op)
        after = [hook for hook in hooks if isinstance(hook, NodeHookEvent) and hook.kind == "posthook"]
        before = [hook for hook in hooks if hook not in after]
        shown: list[Json] = []
        rows, spoken_hooks = self._of_hooks(before, now, shown, event.name)
        effects += shown
        flows = []
        for variable in outputs:
            nr, number = variable.seen.output_nr, variable.seen.number
            received = event.received[nr]
            if received is None:
                continue
            edge = self.graph.results[event.op, op.outputs.index(number)]
            if edge.gradient:
                flows.append({"edge": edge.id, "lane": "gradient", "chip": None})
            if nr in event.retained:
                self.labels[number] = ".grad"
                effects.append(self._grad(variable, "stored", received))
            else:
                if not equal(now.total.get(number), received) and not shown:
                    effects.append(self._grad(variable, "flight", received, None, self.voice.say("flight")))
                now.used_up.append(number)
            now.total[number] = received
        derivatives = self.equations.derivatives(op, event)
        spoken_rows = []
        target: int | None = None
        for slot, operand in enumerate(op.inputs):
            which = op.edges[slot]
            if operand is None or which is None or which >= len(event.passed):
                continue
            passed = event.passed[which]
            sent = after[0].before if after else event.sent
            own = sent[which] if which < len(sent) else None
            row, spoken = self.equations.of_operand(op, event, slot, which, outputs, derivatives, own, now)
            rows.append(row)
            spoken_rows.append(spoken)
            if passed is None:
                continue
            target = slot if target is None else target
            edge = self.graph.arguments[event.op, slot]
            flows.append(flow(edge, "gradient", passed))
            effects += self._arrive(operand, operator.glyph, passed, now, (event.op, slot))
        more, spoken_after = self._of_hooks(after, now, [], event.name)
        rows += more
        line = self.graph.line_text(operator.place)
        where = None
        if operator.place is not None and line is not None:
            where = {"text": self.voice.say("undoes", line=line), "code": shorten(operator.place.text, 60)}
        sentence = self.voice.sentence(op)
        for variable in outputs:
            if variable.seen.output_nr in event.retained:
                sentence += " " + self.voice.say("retained", name=variable.code)
        kind = row_kind(op)
        step = self.stage.step(
            "backward", "node", ("op", operator.glyph), operator.id, event.name, where, operator,
            rule=self.voice.rule(op),
            sentence=sentence, rows=rows, flows=flows, effects=effects,
            chain=None if target is None or not outputs else now.chain_through(op, target, outputs),
            spoken=self.voice.say(
                "node_spoken", title=event.name, where=comma(where), sentence=sentence,
                rows=" ".join(spoken_hooks + spoken_rows + spoken_after),
            ).strip(),
        )  # fmt: skip
        step["pass"] = now.number
        if op.saved and not now.begin.keep:
            step["released"] = [operator.id]
        if kind == "custom":
            step["lines"] = sorted({*step["lines"], *self.voice.own_lines(op)})
            step["aside"] = self.voice.own_source(op)
        return step

    def failed(self, event: FailEvent, now: Pass) -> Json:
        """Return the step of a node that could not run: what had come to it, and why it went no further."""
        operator = self.graph.operators[event.op]
        op = operator.event
        assert isinstance(op, OpEvent)
        effects = self._free(now)
        rows, spoken = self._of_hooks(now.take_hooks(op.outputs, event.op), now, effects, event.name)
        flows = []
        for variable in self.graph.results_of(op):
            number = variable.seen.number
            if number not in now.total:
                continue
            edge = self.graph.results[event.op, op.outputs.index(number)]
            if edge.gradient:
                flows.append({"edge": edge.id, "lane": "gradient", "chip": None})
            name = partial(now.root_name, self.voice.short(variable))
            caption = self.voice.say("upstream", partial=name)
            arrived = box_of(caption, "upstream", now.total[number])
            rows.append(row_of("refused", None, [arrived], "✕", self.voice.say("refused")))
        line = self.graph.line_text(operator.place)
        where = None
        if operator.place is not None and line is not None:
            where = {"text": self.voice.say("undoes", line=line), "code": shorten(operator.place.text, 60)}
        says = first_sentence(event.says)
        refused = self.voice.say("refused_spoken", title=event.name, where=comma(where), says=says)
        step = self.stage.step(
            "backward", "refused", ("op", operator.glyph), operator.id, event.name, where, operator,
            rule=self.voice.say("rule_failed"), sentence=says, rows=rows, flows=flows, effects=effects,
            spoken=" ".join([*spoken, refused]),
        )  # fmt: skip
        step["pass"] = now.number
        return step

    def _arrive(self, number: int, glyph: str, passed: Snapshot, now: Pass, way: tuple[int, int]) -> list[Json]:
        """Add up what arrives at a value, and show it there."""
        variable = self.graph.variables[number]
        badge = "+=" if number in now.total else None
        total = now.arrive(number, glyph, passed, way)
        self._label(number, now)
        if now.returns(number):
            return [self._grad(variable, "flight", total, badge, self.voice.say("captured"))]
        if variable.leaf:
            return []  # it waits for all of them; the step of its accumulator shows the sum
        note = "flight_pinned" if number in self.pinned else "flight"
        return [self._grad(variable, "flight", total, badge, self.voice.say(note))]

    def _grad(
        self, variable: Variable, state: str, data: Snapshot | None, badge: str | None = None, note: str | None = None
    ) -> Json:
        """Return what a gradient's row shows from here on, under its name of the moment."""
        found = effect(variable, "grad", state, value(data), badge, note)
        label = self.labels.get(variable.seen.number)
        return found if label is None else {**found, "label": label}

    def _label(self, number: int, now: Pass) -> None:
        variable = self.graph.variables[number]
        if variable.leaf and now.begin.accumulate:
            self.labels[number] = ".grad"
        else:
            self.labels[number] = short_partial(now.root_name, self.voice.short(variable))

    def label(self, variable: Variable) -> str:
        """Return what a gradient's row is called in the end."""
        label = self.labels.get(variable.seen.number) or (".grad" if variable.leaf else None)
        if label is not None:
            return label
        root = None if self.root is None else self.graph.variables.get(self.root)
        return short_partial("…" if root is None else self.voice.short(root), self.voice.short(variable))

    def _free(self, now: Pass) -> list[Json]:
        """Return the effects of gradients that were used and that nobody keeps."""
        effects = []
        for number in dict.fromkeys(now.used_up):
            variable = self.graph.variables[number]
            note = self.voice.say("freed") if variable.expression else self.voice.say("freed_hint", name=variable.code)
            effects.append(self._grad(variable, "freed", now.total.get(number), None, note))
        now.used_up.clear()
        return effects

    def end(self, now: Pass, last: Json) -> None:
        """Add to the last step of a pass what is left when it has ended."""
        rows, spoken = self._of_hooks(now.take_hooks(self.graph.variables), now, last["effects"])
        last["rows"] += rows
        last["spoken"] = " ".join([last["spoken"], *spoken])
        effects = last["effects"]
        effects += self._free(now)
        for number in now.begin.inputs or () if now.begin.accumulate else ():  # backward(inputs=[y]) fills y.grad
            variable = self.graph.variables.get(number)
            if variable is not None and not variable.leaf and number in now.total:
                self.labels[number] = ".grad"
                effects.append(self._grad(variable, "stored", now.total[number]))

    def _of_hooks(
        self, hooks: Sequence[AnyHook], now: Pass, effects: list[Json], node: str = "AccumulateGrad"
    ) -> tuple[list[Json], list[str]]:
        """Return rows and sentences for hooks that ran, and add to ``effects`` what they change in a dock."""
        rows: list[Json] = []
        spoken: list[str] = []
        for hook in hooks:
            if isinstance(hook, NodeHookEvent):
                found, texts = self.hooks.of_node(hook, node)
                rows += found
                spoken += texts
                continue
            row, text = self.hooks.of_tensor(hook, now)
            rows.append(row)
            spoken.append(text)
            variable = self.graph.variables[hook.target]
            after = hook.before if hook.after is None else hook.after
            if after is not None:
                now.total[hook.target] = after
            if not variable.leaf:
                note = self.hooks.note(hook) or self.voice.say("flight")
                effects.append(self._grad(variable, "flight", after, "ƒ", note))
        return rows, spoken

    def after_accumulating(self, event: HookEvent, step: Json) -> None:
        """Add to a leaf's step the hook that saw its complete .grad."""
        row, spoken = self.hooks.after_accumulating(event)
        step["rows"].append(row)
        step["spoken"] = f"{step['spoken']} {spoken}"
        if not equal(self.stage.shown_grad.get(event.target), event.after):
            variable = self.graph.variables[event.target]
            state = "none" if event.after is None else "stored"
            step["effects"].append(self._grad(variable, state, event.after, "ƒ", self.hooks.note(event)))
            self.stage.shown_grad[event.target] = event.after

    # --- Backward: a leaf ---------------------------------------------------------------------------------------------

    def accumulate(self, event: AccumulateEvent, now: Pass) -> Json:
        """Return the step of a leaf to whose .grad was added."""
        variable = self.graph.variables[event.leaf]
        name, code = self.voice.short(variable), abridge(variable.code, SHORT)
        effects = self._free(now)
        hooks = now.take_hooks([event.leaf])
        arrived = event.contribution
        for hook in hooks[:1]:
            first = hook.before[0] if isinstance(hook, NodeHookEvent) else hook.before
            arrived = arrived if first is None else first
        rows, spoken_hooks = self._of_hooks(hooks, now, [])
        root = now.root_name
        arrivals = now.arrivals.get(event.leaf, [])
        sentence = self.voice.say("accumulate_sentence", name=variable.name, code=variable.code)
        if len(arrivals) > 1:
            sentence = self.voice.say("accumulate_sentence_many", name=variable.name, count=len(arrivals))
            if len(arrivals) <= MOST_ARRIVALS:
                terms: list[Any] = []
                for glyph, passed in arrivals:
                    terms += ["+"] if terms else []
                    terms.append(box_of(self.voice.say("arrived", glyph=glyph), "sent", passed))
                terms += ["=", box_of(self.voice.say("contribution"), "sent", arrived)]
                rows.insert(0, row_of("elementwise", fraction(root, name), terms))
        elif event.before is not None:
            sentence = self.voice.say("accumulate_sentence_old", code=variable.code)
        rows.append(
            row_of(
                "accumulate",
                None,
                [
                    box_of(self.voice.say("old", name=code), "grad", event.before),
                    "+=",
                    box_of(self.voice.say("contribution"), "sent", event.contribution),
                    "=",
                    box_of(self.voice.say("new", name=code), "grad", event.after),
                ],
            )
        )
        self.labels[event.leaf] = ".grad"
        effects.append(self._grad(variable, "stored", event.after, "+="))
        self.stage.shown_grad[event.leaf] = event.after
        key = "accumulate_spoken_first" if event.before is None else "accumulate_spoken"
        spoken = self.voice.say(
            key, name=variable.code, new=summary(event.after), old=summary(event.before),
            contribution=summary(event.contribution),
        )  # fmt: skip
        return {
            "phase": "backward",
            "pass": now.number,
            "kind": "accumulate",
            "mark": {"shape": "leaf", "text": shorten(variable.name, 4)},
            "focus": variable.id,
            "title": self.voice.say("accumulate_title", name=variable.code),
            "where": {"text": self.voice.say("accumulate_where"), "code": None},
            "rule": self.voice.say("rule_accumulate"),
            "sentence": sentence,
            "lines": [variable.place.line] if variable.place is not None else [],
            "span": None if variable.place is None else list(variable.place.span),
            "rows": rows,
            "chain": now.chain_to(event.leaf),
            "flows": [],
            "effects": effects,
            "spoken": " ".join([*spoken_hooks, sentence, spoken]),
        }
