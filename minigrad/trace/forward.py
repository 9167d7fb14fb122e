"""The forward steps: one an op, in numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from minigrad.autograd.function import Op
from minigrad.trace.events import DetachEvent, NodeEvent, OpEvent, Refused
from minigrad.trace.graph import Operator, Variable, shorten
from minigrad.trace.pieces import Json, box_of, comma, effect, first_sentence, flow, row_of, row_text
from minigrad.trace.stage import Stage
from minigrad.trace.values import shape_text, unheld_value, value

INFIX = "+−×÷@·⊙"
REFUSED = "✕"
MOST_REFUSED = 4  # operands of an op that did not run


class Forward:
    """Tells the ops of a recording.

    Parameters
    ----------
    stage : Stage
        Where they play.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.graph, self.voice, self.values = stage.graph, stage.voice, stage.values

    def op(self, event: OpEvent) -> Json:
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
        effects = self.stage.late_ones(event.inputs)
        lost = self.voice.say("unheld")
        effects += [
            effect(v, "value", "shown", value(v.seen.value) or unheld_value(v.seen.shape, lost)) for v in outputs
        ]
        equation = row_text(row) if row is not None else title
        line = self._where_recorded(event) if event.in_backward else self._where_forward(operator)
        step = self.stage.step(
            "forward", "op", ("op", operator.glyph), operator.id, title, line, operator,
            sentence=sentence, rows=[] if row is None else [row], flows=flows, effects=effects,
            spoken=self.voice.say(
                "forward_spoken", title=title, where=comma(line), equation=equation, sentence=sentence
            ),
        )  # fmt: skip
        if event.in_backward:
            step["recorded"] = True
        return step

    def refused(self, event: OpEvent, refused: Refused) -> Json:
        """Return the step of an op that did not run: what it was given, and why not."""
        operator = self.graph.operators[event.number]
        terms: list[Any] = []
        numbers = [n for n in event.inputs if n is not None]
        between = refused.glyph[0] if len(numbers) == 2 and refused.glyph[0] in INFIX else ","
        for number in numbers[:MOST_REFUSED]:
            variable = self.graph.variables[number]
            caption = f"{variable.name} {shape_text(variable.seen.shape)}"
            terms += [between] if terms else []
            terms.append(box_of(caption, "value", variable.seen.value))
        flows = [flow(self.graph.arguments[event.number, slot], "value", self.values[n].value)
                 for slot, n in enumerate(event.inputs) if n is not None]  # fmt: skip
        where = self._where_forward(operator)
        says = first_sentence(refused.says)
        spoken = self.voice.say("refused_spoken", title=operator.name, where=comma(where), says=says)
        return self.stage.step(
            "forward", "refused", ("op", operator.glyph), operator.id, operator.name, where, operator,
            rule=self.voice.say("rule_refused"), sentence=says, flows=flows,
            rows=[row_of("refused", None, terms, REFUSED, self.voice.say("refused"))],
            effects=self.stage.late_ones(event.inputs), spoken=spoken,
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
        if len(boxes) == 2 and operator.glyph[0] in INFIX and not event.through_view:
            if order[:2] == [1, 0]:
                boxes.reverse()
            terms: list[Any] = [boxes[0], operator.glyph[0], boxes[1], "="]
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

    def _where_recorded(self, event: OpEvent) -> Json | None:
        """Return which node's backward ran an op, in a pass that was itself recorded."""
        for later in self.stage.events[event.number + 1 :]:
            if isinstance(later, NodeEvent):
                return {"text": self.voice.say("inside", node=later.name), "code": None}
        return None

    def _where_forward(self, operator: Operator) -> Json | None:
        line = self.graph.line_text(operator.place)
        if operator.place is None or line is None:
            return None
        return {"text": self.voice.say("at", line=line), "code": shorten(operator.place.text, 60)}

    def detach(self, event: DetachEvent) -> Json:
        operator = self.graph.operators[event.number]
        twin = self.graph.variables[event.twin]
        sentence = self.voice.say("detach_sentence")
        return self.stage.step(
            "forward", "op", ("op", operator.glyph), operator.id, operator.name,
            self._where_forward(operator), operator, sentence=sentence,
            flows=[
                flow(self.graph.arguments[event.number, 0], "value", twin.seen.value),
                flow(self.graph.results[event.number, 0], "value", twin.seen.value),
            ],
            effects=[*self.stage.late_ones([event.source]), effect(twin, "value", "shown", value(twin.seen.value))],
            spoken=f"{operator.name}. {sentence}",
        )  # fmt: skip
