"""Tell a recording as steps: one an op, one where a backward pass begins, one a node, one a leaf's ``.grad``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from minigrad.autograd.function import Op
from minigrad.trace import mathml
from minigrad.trace.equations import Equations
from minigrad.trace.events import (
    AccumulateEvent,
    BeginEvent,
    DetachEvent,
    EndEvent,
    HookEvent,
    NodeEvent,
    OpEvent,
)
from minigrad.trace.graph import Graph, Operator, Variable, shorten
from minigrad.trace.mathml import fraction, partial
from minigrad.trace.passes import Pass
from minigrad.trace.pieces import Json, box_of, brief, comma, effect, equal, flow, is_set, row_of, row_text, summary
from minigrad.trace.source import Place
from minigrad.trace.values import Snapshot, value
from minigrad.trace.voice import SHORT, Voice, row_kind

MOST_GIVEN = 5  # leaves that the beginning names
MOST_ARRIVALS = 4  # gradients that one equation adds up
INFIX = "+−×÷@·⊙"


class Teller:
    """Makes the steps, and what else the page shows of a gradient.

    Parameters
    ----------
    graph : Graph
        What is shown.
    words : mapping
        The sentences.
    root : int or None
        The value that gradients are taken of, where no backward pass says so.
    added_line : int or None
        The line of the source that stands for a backward call which the user did not write.
    added_call : str, optional
        The text of that call.
    """

    def __init__(
        self,
        graph: Graph,
        words: Mapping[str, str],
        root: int | None,
        added_line: int | None,
        added_call: str | None = None,
    ) -> None:
        self.graph = graph
        self.voice = Voice(graph, words)
        self.equations = Equations(self.voice)
        self.root = root
        self.added_line = added_line
        self.added_call = added_call
        self.recording = graph.recording
        self.events, self.values = self.recording.events, self.recording.values
        self.steps: list[Json] = []
        self.grad_labels: dict[int, str] = {}
        self.glyph_lines: dict[int, list[str]] = {}
        self._shown_grad: dict[int, Snapshot | None] = {}  # what each leaf's .grad row shows at the moment
        self._late: set[int] = set()  # values that are not there at the start
        self._later: list[Json] = []  # ops that a recorded backward pass ran: they are told after it
        self._firsts = self._first_accumulations()

    def tell(self) -> list[Json]:
        """Return the steps, in the order in which things happened."""
        now: Pass | None = None
        for event in self.events:
            if isinstance(event, OpEvent):
                if event.number in self.graph.operators:
                    step = self._op_step(event)
                    (self._later if event.in_backward else self.steps).append(step)
            elif isinstance(event, DetachEvent):
                if event.number in self.graph.operators:
                    self.steps.append(self._detach_step(event))
            elif isinstance(event, BeginEvent):
                now = Pass(event, self.voice)
                self._seed_steps(now)
            elif isinstance(event, EndEvent):
                if now is not None:
                    self._end(now)
                now = None
            elif now is None:
                continue
            elif isinstance(event, HookEvent):
                if event.kind == "tensor" and event.target in self.graph.variables:
                    now.hooks.append(event)
            elif isinstance(event, NodeEvent):
                if event.op in self.graph.operators:
                    self.steps.append(self._node_step(event, now))
            elif isinstance(event, AccumulateEvent) and event.leaf in self.graph.variables:
                self.steps.append(self._accumulate_step(event, now))
        return self.steps

    def start(self) -> Json:
        """Return the moment before the first step: the leaves have their values."""
        effects = []
        given = []
        begins = (event.number for event in self.events if isinstance(event, BeginEvent))
        first = next(begins, len(self.events))
        for number, variable in self.graph.variables.items():
            if variable.seen.maker is not None:
                continue
            if self.graph.first_use.get(number, -1) > first:
                self._late.add(number)  # it was made, or changed, after a backward pass: the op that uses it shows it
                continue
            given.append(variable)
            effects += self._given(variable)
        if not self.graph.operators and not self.recording.has_backward:
            title, sentence = self.voice.say("start_empty_title"), self.voice.say("start_empty")
            return {"title": title, "sentence": sentence, "spoken": sentence, "effects": effects}
        names = [variable.name for variable in given[:MOST_GIVEN]]
        if len(given) > MOST_GIVEN:
            names.append(self.voice.say("more", count=len(given) - MOST_GIVEN))
        root = None if self.root is None else self.graph.variables.get(self.root)
        sentence = self.voice.say(
            "start_sentence_backward" if self.recording.has_backward else "start_sentence",
            names=self.voice.join(names), are=self.voice.say("is" if len(given) == 1 else "are"),
            root="" if root is None else root.name,
        )  # fmt: skip
        values = [self.voice.say("equals", name=v.name, value=summary(v.seen.value)) for v in given[:MOST_GIVEN]]
        title = self.voice.say("start_title", code=self.title_code())
        return {"title": title, "sentence": sentence, "spoken": " ".join([sentence, *values]), "effects": effects}

    def _given(self, variable: Variable) -> list[Json]:
        """Return the effects of a value that no op made: it is there, and so is its .grad."""
        effects = [effect(variable, "value", "shown", value(variable.seen.value))]
        if variable.leaf:
            grad = self._shown_grad_at_start(variable.seen.number)
            effects.append(effect(variable, "grad", "none" if grad is None else "stored", value(grad)))
        return effects

    def _late_ones(self, numbers: Sequence[int | None]) -> list[Json]:
        """Return the effects of the operands that are shown from here on."""
        effects = []
        for number in dict.fromkeys(numbers):
            if number in self._late:
                self._late.discard(number)
                effects += self._given(self.graph.variables[number])
        return effects

    def not_zeroed(self) -> list[str]:
        """Return the ``.grad`` of each leaf to which an earlier run's gradient was added."""
        return [
            f"{self.graph.variables[number].code}.grad"
            for number, before in self._firsts.items()
            if number in self.graph.variables and self.values[number].maker is None and is_set(before)
        ]

    def title_code(self) -> str:
        """Return the statement that computes the root."""
        variable = None if self.root is None else self.graph.variables.get(self.root)
        if variable is None:
            return ""
        maker = None if variable.seen.maker is None else self.events[variable.seen.maker]
        sites = maker.sites if isinstance(maker, (OpEvent, DetachEvent)) else ()
        for site in sites:
            found = self.graph.sources.node(site)
            if site[0].co_filename != self.recording.filename or found is None:
                continue
            source, node = found
            statement = source.statement(node)
            if statement is not None:
                text = source.text_of(statement)
                return shorten(text.split(":", 1)[0] if "\n" in text else text, 80)
        return variable.full_name

    def title_call(self) -> str | None:
        """Return the text of the call that begins the backward pass: the last one from the root."""
        found = None
        for event in self.events:
            if isinstance(event, BeginEvent) and (found is None or self.root in event.roots):
                found = event
        return None if found is None else self._call_of(found)[0]

    def _first_accumulations(self) -> dict[int, Snapshot | None]:
        """Return what each leaf's .grad held before the first gradient came."""
        found: dict[int, Snapshot | None] = {}
        for event in self.events:
            if isinstance(event, AccumulateEvent):
                found.setdefault(event.leaf, event.before)
        return found

    def _shown_grad_at_start(self, number: int) -> Snapshot | None:
        grad = self._firsts[number] if number in self._firsts else self.values[number].grad
        self._shown_grad.setdefault(number, grad)
        return grad

    # --- Forward ------------------------------------------------------------------------------------------------------

    def _op_step(self, event: OpEvent) -> Json:
        operator = self.graph.operators[event.number]
        outputs = self.graph.results_of(event)
        title = operator.name
        out = ", ".join([v.name for v in outputs]) or "–"
        names = [self.graph.variables[n].name for n in dict.fromkeys(event.inputs) if n is not None]
        if event.origin == "before":
            sentence = self.voice.say("forward_unknown", name=title)
        elif event.origin == "again":
            sentence = self.voice.say("forward_again", name=title, out=out, inputs=self.voice.join(names))
        elif event.in_backward:
            sentence = self.voice.say("forward_recorded", name=title, out=out)
        elif event.in_place:
            sentence = self.voice.say("forward_in_place", name=title, out=out)
        elif event.name is None and any(self.graph.variables[n].requires_grad for n in event.inputs if n is not None):
            sentence = self.voice.say("forward_no_grad", name=title, out=out)
        elif names:
            sentence = self.voice.say(
                "forward_sentence", name=title, out=out, inputs=self.voice.join(names), keeps=self._keeps(event)
            )
        else:
            sentence = self.voice.say("forward_sentence_alone", name=title, out=out, keeps=self._keeps(event))
        row = self._forward_row(event, operator, outputs)
        flows = []
        for slot, number in enumerate(event.inputs):
            if number is not None:
                flows.append(flow(self.graph.arguments[event.number, slot], "value", self.values[number].value))
        for nr, number in enumerate(event.outputs):
            if (event.number, nr) in self.graph.results:
                flows.append(flow(self.graph.results[event.number, nr], "value", self.values[number].value))
        effects = self._late_ones(event.inputs)
        effects += [effect(v, "value", "shown", value(v.seen.value)) for v in outputs]
        equation = row_text(row) if row is not None else title
        line = self._where_forward(operator)
        return self._step(
            "forward", "op", ("op", operator.glyph), operator.id, title, line, operator,
            sentence=sentence, rows=[] if row is None else [row], flows=flows, effects=effects,
            spoken=self.voice.say(
                "forward_spoken", title=title, where=comma(line), equation=equation, sentence=sentence
            ),
        )  # fmt: skip

    def _keeps(self, event: OpEvent) -> str:
        if not event.saved:
            return ""
        names = self.voice.saved_names(event)
        if not names:
            return self.voice.say("forward_keeps_result") if None in event.saved else ""
        return self.voice.say("forward_keeps", names=self.voice.join(names))

    def _forward_row(self, event: OpEvent, operator: Operator, outputs: Sequence[Variable]) -> Json | None:
        """Return ``w × x = y`` in numbers; ``x → y`` where the op stands between no two."""
        if not outputs or outputs[0].seen.value is None:
            return None
        boxes, tensors = [], []
        for number, constant in zip(event.inputs, event.constants, strict=True):
            if number is not None:
                variable = self.graph.variables[number]
                if variable.seen.value is None:
                    return None
                boxes.append(box_of(variable.name, "value", variable.seen.value))
                tensors.append(boxes[-1])
            elif isinstance(constant, (int, float)) and not isinstance(constant, bool):
                boxes.append(box_of("", "value", constant))
        template = getattr(event.op, "tex", "") if issubclass(event.op, Op) else ""
        order = [int(i) for i in re.findall(r"\{(\d)\}", template.replace("{{", "").replace("}}", ""))]
        if len(boxes) == 2 and operator.glyph in INFIX and not event.through_view:
            if order[:2] == [1, 0]:
                boxes.reverse()
            terms: list[Any] = [boxes[0], operator.glyph, boxes[1], "="]
        else:
            terms = []
            for i, box in enumerate((boxes if event.through_view else tensors)[:4]):
                terms += [",", box] if i else [box]
            terms.append("→")
        if terms == ["→"]:
            return None
        for i, variable in enumerate(outputs[:4]):
            terms += [","] if i else []
            terms.append(box_of(variable.name, "value", variable.seen.value))
        return row_of("forward", None, terms)

    def _where_forward(self, operator: Operator) -> Json | None:
        line = self.graph.line_text(operator.place)
        if operator.place is None or line is None:
            return None
        return {"text": self.voice.say("at", line=line), "code": shorten(operator.place.text, 60)}

    def _detach_step(self, event: DetachEvent) -> Json:
        operator = self.graph.operators[event.number]
        twin = self.graph.variables[event.twin]
        sentence = self.voice.say("detach_sentence")
        return self._step(
            "forward", "op", ("op", operator.glyph), operator.id, operator.name,
            self._where_forward(operator), operator, sentence=sentence,
            flows=[
                flow(self.graph.arguments[event.number, 0], "value", twin.seen.value),
                flow(self.graph.results[event.number, 0], "value", twin.seen.value),
            ],
            effects=[*self._late_ones([event.source]), effect(twin, "value", "shown", value(twin.seen.value))],
            spoken=f"{operator.name}. {sentence}",
        )  # fmt: skip

    # --- Where a backward pass begins ---------------------------------------------------------------------------------

    def _call_of(self, begin: BeginEvent) -> tuple[str, Place | None]:
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

    def _seed_steps(self, now: Pass) -> None:
        begin = now.begin
        call, shown = self._call_of(begin)
        lines = [shown.line] if shown is not None else [] if self.added_line is None else [self.added_line]
        for line in lines:
            glyphs = self.glyph_lines.setdefault(line, [])
            if "◀" not in glyphs:
                glyphs.append("◀")
        first = True
        for number, gradient in zip(begin.roots, begin.gradients, strict=True):
            variable = self.graph.variables[number]
            now.total[number] = gradient
            top = self.voice.short(variable)
            label = partial(top, top)
            if not variable.leaf:
                self.grad_labels.setdefault(number, label)
            key = "seed_sentence_given" if begin.given else "seed_sentence"
            sentence = self.voice.say(key, name=variable.name)
            caption = self.voice.say("seed_caption", partial=label)
            row = row_of("seed", fraction(top, top), [box_of(caption, "upstream", gradient)])
            if variable.leaf:
                effects = []
            else:
                effects = [effect(variable, "grad", "flight", value(gradient), None, self.voice.say("flight"))]
            if first:
                effects = self._synchronise(begin) + effects
            where = None if shown is None else {"text": f"line {shown.line}", "code": call}
            if shown is None and self.added_line is not None:
                where = {"text": self.voice.say("seed_added"), "code": call}
            seed = value(gradient)
            mark = seed["text"][0] if seed and len(seed["text"]) == 1 else "1" if not begin.given else "g"
            self.steps.append(
                {
                    "phase": "backward",
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
            shown = self._shown_grad.get(event.leaf)
            if not equal(shown, event.before):
                state = "none" if event.before is None else "stored"
                effects.append(effect(variable, "grad", state, value(event.before)))
                self._shown_grad[event.leaf] = event.before
        return effects

    # --- Backward: an op ----------------------------------------------------------------------------------------------

    def _node_step(self, event: NodeEvent, now: Pass) -> Json:
        operator = self.graph.operators[event.op]
        op = operator.event
        assert isinstance(op, OpEvent)
        outputs = [v for v in self.graph.results_of(op) if v.seen.output_nr < len(event.received)]
        effects = self._free(now)
        rows, hook_effects, spoken_hooks = self.equations.of_hooks(now)
        effects += hook_effects
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
                effects.append(effect(variable, "grad", "stored", value(received)))
                self.grad_labels[number] = ".grad"
            else:
                if not equal(now.total.get(number), received) and not hook_effects:
                    effects.append(effect(variable, "grad", "flight", value(received), None, self.voice.say("flight")))
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
            row, spoken = self.equations.of_operand(op, event, slot, which, outputs, derivatives, now)
            rows.append(row)
            spoken_rows.append(spoken)
            if passed is None:
                continue
            target = slot if target is None else target
            edge = self.graph.arguments[event.op, slot]
            flows.append(flow(edge, "gradient", passed))
            effects += self._arrive(operand, operator.glyph, passed, now, (event.op, slot))
        line = self.graph.line_text(operator.place)
        where = None
        if operator.place is not None and line is not None:
            where = {"text": self.voice.say("undoes", line=line), "code": shorten(operator.place.text, 60)}
        sentence = self.voice.sentence(op)
        for variable in outputs:
            if variable.seen.output_nr in event.retained:
                sentence += " " + self.voice.say("retained", name=variable.code)
        kind = row_kind(op)
        step = self._step(
            "backward", "node", ("op", operator.glyph), operator.id, event.name, where, operator,
            rule=self.voice.rule(op),
            sentence=sentence, rows=rows, flows=flows, effects=effects,
            chain=None if target is None or not outputs else now.chain_through(op, target, outputs),
            spoken=self.voice.say(
                "node_spoken", title=event.name, where=comma(where), sentence=sentence,
                rows=" ".join(spoken_hooks + spoken_rows),
            ).strip(),
        )  # fmt: skip
        if kind == "custom":
            step["lines"] = sorted({*step["lines"], *self.voice.own_lines(op)})
        return step

    def _arrive(self, number: int, glyph: str, passed: Snapshot, now: Pass, way: tuple[int, int]) -> list[Json]:
        """Add up what arrives at a value, and show it there."""
        variable = self.graph.variables[number]
        badge = "+=" if number in now.total else None
        total = now.arrive(number, glyph, passed, way)
        self._label(number, now)
        if now.returns(number):
            return [effect(variable, "grad", "flight", value(total), badge, self.voice.say("captured"))]
        if variable.leaf:
            return []  # it waits for all of them; the step of its accumulator shows the sum
        return [effect(variable, "grad", "flight", value(total), badge, self.voice.say("flight"))]

    def _label(self, number: int, now: Pass) -> None:
        variable = self.graph.variables[number]
        if variable.leaf and (now.begin.accumulate or number in self._firsts):
            self.grad_labels[number] = ".grad"
        else:
            self.grad_labels.setdefault(number, partial(now.root_name, self.voice.short(variable)))

    def default_label(self, variable: Variable) -> str:
        """Return what a gradient's row is called where no backward pass came by."""
        root = None if self.root is None else self.graph.variables.get(self.root)
        return partial("…" if root is None else self.voice.short(root), self.voice.short(variable))

    def _free(self, now: Pass) -> list[Json]:
        """Return the effects of gradients that were used and that nobody keeps."""
        effects = []
        for number in dict.fromkeys(now.used_up):
            variable = self.graph.variables[number]
            note = self.voice.say("freed") if variable.expression else self.voice.say("freed_hint", name=variable.code)
            effects.append(effect(variable, "grad", "freed", value(now.total.get(number)), None, note))
        now.used_up.clear()
        return effects

    def _end(self, now: Pass) -> None:
        if self.steps and self.steps[-1]["phase"] == "backward":
            effects = self.steps[-1]["effects"]
            effects += self._free(now)
            for number in now.begin.inputs or () if now.begin.accumulate else ():  # backward(inputs=[y]) fills y.grad
                variable = self.graph.variables.get(number)
                if variable is not None and not variable.leaf and number in now.total:
                    effects.append(effect(variable, "grad", "stored", value(now.total[number])))
                    self.grad_labels[number] = ".grad"
        self.steps += self._later
        self._later = []

    # --- Backward: a leaf ---------------------------------------------------------------------------------------------

    def _accumulate_step(self, event: AccumulateEvent, now: Pass) -> Json:
        variable = self.graph.variables[event.leaf]
        name, code = self.voice.short(variable), shorten(variable.code, SHORT)
        effects = self._free(now)
        arrived = now.hooks[0].before if now.hooks else event.contribution
        rows, _, spoken_hooks = self.equations.of_hooks(now)
        root = now.root_name
        arrivals = now.arrivals.get(event.leaf, [])
        sentence = self.voice.say("accumulate_sentence", name=variable.name, code=variable.code)
        if len(arrivals) > 1:
            sentence = self.voice.say("accumulate_sentence_many", name=variable.name, count=len(arrivals))
            if len(arrivals) <= 4:
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
        effects.append(effect(variable, "grad", "stored", value(event.after), "+="))
        self._shown_grad[event.leaf] = event.after
        self.grad_labels[event.leaf] = ".grad"
        key = "accumulate_spoken_first" if event.before is None else "accumulate_spoken"
        spoken = self.voice.say(
            key, name=variable.code, new=summary(event.after), old=summary(event.before),
            contribution=summary(event.contribution),
        )  # fmt: skip
        return {
            "phase": "backward",
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

    def _step(
        self,
        phase: str,
        kind: str,
        mark: tuple[str, str],
        focus: str,
        title: str,
        where: Json | None,
        operator: Operator,
        *,
        sentence: str,
        spoken: str,
        flows: list[Json],
        effects: list[Json],
        rows: list[Json] | None = None,
        rule: str | None = None,
        chain: Json | None = None,
    ) -> Json:
        shown = operator.shown
        if shown is not None:
            glyphs = self.glyph_lines.setdefault(shown.line, [])
            if operator.glyph not in glyphs:
                glyphs.append(operator.glyph)
        return {
            "phase": phase,
            "kind": kind,
            "mark": {"shape": mark[0], "text": mark[1]},
            "focus": focus,
            "title": title,
            "where": where,
            "rule": rule,
            "sentence": sentence,
            "lines": [] if shown is None else list(range(shown.line, shown.end_line + 1)),
            "span": None if shown is None else list(shown.span),
            "rows": rows or [],
            "chain": chain,
            "flows": flows,
            "effects": effects,
            "spoken": spoken,
        }
