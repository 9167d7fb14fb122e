"""What can be asked, a class a kind of answer. The right answer is never written down: a program that runs finds it.

Each class checks an answer and returns a ``Verdict``: right, or the kind of mistake and a hint.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from minigrad import words
from minigrad.autograd import grad
from minigrad.autograd.base import Array
from minigrad.autograd.function import Function
from minigrad.creation import ones_like, tensor
from minigrad.dtypes import float64
from minigrad.jupyter.mistakes import Found, Mistake, Suspect, as_numbers, classify, close
from minigrad.jupyter.programs import Gradients, numbers, run
from minigrad.tensor import Tensor

__all__ = ["Backward", "Choice", "Derivative", "Exercise", "Gradient", "Value", "Verdict"]

NO_GRADIENT = {  # where a value is asked for, the sentence that speaks of no gradient
    "shape": "shape_value",
    "not_summed": "shape_value",
    "shape_only": "shape_only_value",
    "zeros": "zeros_value",
}


@dataclass(frozen=True)
class Verdict:
    """What an exercise says of an answer.

    Parameters
    ----------
    kind : str
        ``"right"``, ``"none"`` for no answer, or the kind of mistake.
    text : str
        The sentences that the learner reads.
    """

    kind: str
    text: str

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.kind == "right"


class Exercise:
    """A question, and what is said of an answer.

    Parameters
    ----------
    question : str
        What is asked, in one line. It is repeated while there is no answer.
    why : str
        One sentence that a right answer has earned.
    hints : mapping of str to str
        By kind of mistake, a sentence more.
    """

    def __init__(self, question: str = "", why: str = "", hints: Mapping[str, str] | None = None) -> None:
        self.question = question
        self.why = why
        self.hints = dict(hints or {})

    def check(self, answer: Any) -> Verdict:
        """Return whether the answer is right, or which kind of mistake it is."""
        if answer is None:
            return self._verdict("none")
        try:
            kind, blanks = self._judge(answer)
        except Mistake as mistake:
            kind, blanks = mistake.found
        return self._verdict(kind, blanks)

    def solution(self) -> Any:
        """Return the right answer, or None where it is a piece of code."""
        return None

    def _judge(self, answer: Any) -> Found:
        raise NotImplementedError

    def _verdict(self, kind: str, blanks: Mapping[str, object] | None = None) -> Verdict:
        said = words.exercise()
        if kind in ("none", "right"):
            text = f"{said[kind]} {self.question if kind == 'none' else self.why}"
        else:
            what = said[kind].format_map(blanks or {}) if kind in said else kind
            text = f"{said['wrong']} {what} {self.hints.get(kind, '')}"
        return Verdict(kind, text.strip())


class Value(Exercise):
    """A number, or a list of numbers, that a program comes to.

    Parameters
    ----------
    program : str
        Lines of Python; ``mg`` is minigrad.
    of : str
        What is asked for, as an expression of the program's variables.
    mistakes : mapping of str to str
        Expressions that certain mistakes lead to, each with the sentence about it.
    question, why, hints
        As for every exercise.

    Examples
    --------
    >>> Value("x = mg.ones(3, 4)", of="x.sum()", question="What is the sum?").check(-12).text
    'Not yet. The size is right and the sign is turned.'
    """

    def __init__(
        self,
        program: str,
        of: str,
        *,
        mistakes: Mapping[str, str] | None = None,
        question: str = "",
        why: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(question, why, hints)
        self.program = program
        self.of = of
        self.mistakes = dict(mistakes or {})

    def solution(self) -> Any:
        """Return the right answer as a number or a list."""
        return numbers(eval(self.of, self._run())).tolist()

    def _run(self) -> dict[str, Any]:
        return run(self.program)[0]

    def _suspects(self, namespace: dict[str, Any]) -> list[Suspect]:
        return [Suspect(text, numbers(eval(source, namespace))) for text, source in self.mistakes.items()]

    def _judge(self, answer: Any) -> Found:
        given = as_numbers(answer)
        namespace = self._run()
        kind, blanks = classify(given, numbers(eval(self.of, namespace)), self._suspects(namespace))
        return NO_GRADIENT.get(kind, kind), blanks


class Gradient(Exercise):
    """The gradient that a program finds for one of its variables.

    The program is run and recorded; from the recording come the right answer and what the usual mistakes lead to: one
    path of several, one backward pass of several, no zeroing, the upstream or the local derivative alone, the
    gradient of another variable, a value of the forward pass.

    Parameters
    ----------
    program : str
        Lines of Python; ``mg`` is minigrad. If it calls no backward, that of its last variable is called.
    of : str
        Whose gradient: a variable of the program.
    mistakes : mapping of str to str
        Expressions that certain mistakes lead to, each with the sentence about it.
    question, why, hints
        As for every exercise.

    Raises
    ------
    ValueError
        If no gradient reaches that variable.

    Examples
    --------
    >>> paths = Gradient("w = mg.tensor(3., requires_grad=True)\\nz = w * w + w", of="w")
    >>> paths.check(6).text
    'Not yet. One path is missing. w is used 3 times: add up what arrives along each.'
    """

    def __init__(
        self,
        program: str,
        of: str,
        *,
        mistakes: Mapping[str, str] | None = None,
        question: str = "",
        why: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(question or f"What is the gradient of {of}?", why, hints)
        self.program = program
        self.of = of
        self.mistakes = dict(mistakes or {})

    def solution(self) -> Any:
        """Return the right answer as a number or a list."""
        return self._find()[0].tolist()

    def _find(self) -> tuple[Array, list[Suspect]]:
        namespace, recording = run(self.program, backward=True)
        target = eval(self.of, namespace)
        gradients = Gradients(recording)
        right = gradients.of(target)
        if right is None:
            raise ValueError(f"no gradient reaches {self.of!r} in this program; ask with Choice whether one does")
        suspects = [Suspect(text, numbers(eval(source, namespace))) for text, source in self.mistakes.items()]
        return right, [*suspects, *gradients.suspects(target, self.of, namespace), *gradients.reduced(right)]

    def _judge(self, answer: Any) -> Found:
        given = as_numbers(answer)
        kind, blanks = classify(given, *self._find())
        return kind, {"name": self.of, **blanks}


class Derivative(Exercise):
    """A function that computes a derivative, held against autograd at several points.

    Parameters
    ----------
    formula : str
        What is to be differentiated, an expression in ``x``; ``mg`` is minigrad.
    at : sequence of float
        Where the two are compared.
    mistakes : mapping of str to str
        Expressions in ``x`` that certain mistakes lead to, each with the sentence about it.
    question, why, hints
        As for every exercise.

    Examples
    --------
    >>> cube = Derivative("x**3")
    >>> cube.check(lambda x: x**2).text
    'Not yet. It is too small by a constant factor. Which number multiplies on the way, and is missing?'
    """

    def __init__(
        self,
        formula: str,
        at: Sequence[float] = (-1.5, -0.5, 0.7, 1.0, 2.0),
        *,
        mistakes: Mapping[str, str] | None = None,
        question: str = "",
        why: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(question or f"What is the derivative of {formula}?", why, hints)
        self.formula = formula
        self.at = tuple(at)
        self.mistakes = dict(mistakes or {})

    def _judge(self, answer: Any) -> Found:
        if not callable(answer):
            return "no_function", {"type": type(answer).__name__}
        points = tensor(self.at, dtype=float64)
        try:
            returned = answer(points)
        except Exception as error:  # the learner's code: whatever it is, they read it
            return "raised", {"error": _one_line(error)}
        if points._version:
            return "wrote", {}
        if returned is None:
            return "none", {}
        given = as_numbers(returned)
        if given.ndim == 0:
            given = np.full(len(self.at), given)  # a constant is a derivative too
        program = f"x = mg.tensor({self.at!r}, dtype=mg.float64, requires_grad=True)\ny = ({self.formula}).sum()"
        namespace, recording = run(program, backward=True)
        gradients = Gradients(recording)
        right = gradients.of(namespace["x"])
        if right is None:
            raise ValueError(f"{self.formula} does not depend on x")
        suspects = list(gradients.suspects(namespace["x"], "x", namespace))
        value = numbers(eval(self.formula, namespace))
        suspects.insert(0, Suspect("value", value, {"other": self.formula}))
        suspects[:0] = [Suspect(text, numbers(eval(source, namespace))) for text, source in self.mistakes.items()]
        kind, blanks = classify(given, right, suspects, place=lambda index: f"x = {self.at[index[0]]:g}")
        return kind, {"name": "x", **blanks}


class Backward(Exercise):
    """A Function of the learner's own, or its backward alone, held against autograd input by input.

    Parameters
    ----------
    forward : str
        What its forward computes, an expression in the names of ``inputs``; ``mg`` is minigrad.
    inputs : mapping of str to object
        The arguments in their order: a number or a list of numbers takes part in the gradient; anything else
        (True, a text) is a setting, for which None is wanted. A tuple is a setting too.
    question, why, hints
        As for every exercise.

    Examples
    --------
    >>> product = Backward("a * b", inputs={"a": [2.0, 3.0], "b": [5.0, 7.0]})
    >>> product.check(lambda grad_output, a, b: (grad_output * a, grad_output * b)).text
    "Not yet. For a came the gradient of b: gradients are returned in the order of forward's inputs."
    """

    def __init__(
        self,
        forward: str,
        inputs: Mapping[str, Any],
        *,
        question: str = "",
        why: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(question or f"What does the backward of {forward} return?", why, hints)
        self.forward = forward
        self.inputs = dict(inputs)

    def _tensors(self) -> dict[str, Any]:
        return {
            name: tensor(value, dtype=float64, requires_grad=True)
            if isinstance(value, list | float | int) and not isinstance(value, bool)
            else value
            for name, value in self.inputs.items()
        }

    def _judge(self, answer: Any) -> Found:
        is_class = isinstance(answer, type) and issubclass(answer, Function)
        if not is_class and (isinstance(answer, type) or not callable(answer)):
            return "no_class", {"type": type(answer).__name__}
        arguments = self._tensors()
        leaves = {name: value for name, value in arguments.items() if isinstance(value, Tensor)}
        output = eval(self.forward, {"mg": import_module("minigrad"), **arguments})
        upstream = _upstream(output)
        try:
            if is_class:
                mine = answer.apply(*arguments.values())
                if mine is None:
                    return "none", {}
                if not isinstance(mine, Tensor) or not close(numbers(mine), numbers(output)):
                    return "forward", {"forward": self.forward}
                if mine.grad_fn is None:
                    return "none_unwanted", {"name": next(iter(leaves))}
                returned = answer.backward(mine.grad_fn, upstream)
            else:
                plain = [value.detach() if isinstance(value, Tensor) else value for value in arguments.values()]
                returned = answer(upstream, *plain)
        except NotImplementedError:
            return "none", {}
        except Exception as error:  # the learner's code: whatever it is, they read it
            return "raised", {"error": _one_line(error)}
        if returned is None:
            return "none", {}
        results = returned if isinstance(returned, tuple | list) else (returned,)
        wanted = _gradients(output, leaves, upstream)
        return self._compare(results, wanted, _gradients(output, leaves, ones_like(upstream)), upstream)

    def _compare(
        self, results: Sequence[Any], wanted: Mapping[str, Array], local: Mapping[str, Array], upstream: Any
    ) -> Found:
        names = list(self.inputs)
        if len(results) != len(names):
            said = words.exercise()
            text = said["gradient"] if len(results) == 1 else said["gradients"].format(count=len(results))
            return "count", {"got": text, "needed": ", ".join(names)}
        for name, result in zip(names, results, strict=True):
            if name not in wanted:
                if result is not None:
                    return "none_wanted", {"name": name}
                continue
            if result is None:
                return "none_unwanted", {"name": name}
            try:
                given = as_numbers(result)
            except Mistake as mistake:
                return self._of_input(name, *mistake.found)
            right = wanted[name]
            suspects = [
                Suspect("no_upstream", local[name], {"name": name}),
                *(Suspect("swapped", wanted[o], {"name": name, "other": o}) for o in wanted if o != name),
                Suspect("only_upstream", _summed(numbers(upstream), right.shape), {"name": name}),
            ]
            # the engine undoes broadcasting, so a backward need not
            kind, blanks = classify(_summed(given, right.shape), right, suspects)
            if kind in ("no_upstream", "swapped", "only_upstream"):
                return kind, blanks
            if kind != "right":
                return self._of_input(name, kind, blanks)
        return "right", {}

    def _of_input(self, name: str, kind: str, blanks: Mapping[str, object]) -> Found:
        what = words.exercise()[kind].format_map({"name": name, **blanks})
        return "of_input", {"name": name, "what": what[0].lower() + what[1:], "kind": kind}

    def _verdict(self, kind: str, blanks: Mapping[str, object] | None = None) -> Verdict:
        verdict = super()._verdict(kind, blanks)
        if kind == "of_input" and blanks:
            inner = str(blanks["kind"])
            return Verdict(inner, f"{verdict.text} {self.hints.get(inner, '')}".strip())
        return verdict


class Choice(Exercise):
    """A word, yes or no, or which of several: each wrong choice may have its own hint.

    Parameters
    ----------
    right : object
        The right choice: a text, a bool or a number; a list of names where several belong together.
    program, of : str
        In place of ``right``: lines of Python, and the expression that is the right choice when they have run.
    options : sequence
        What there is to choose from.
    mistakes : mapping
        A hint for a wrong choice; for a name of a list, the hint when it is missing or does not belong there.
    question, why, hints
        As for every exercise.

    Examples
    --------
    >>> leaves = Choice(["w"], options=["w", "y"], mistakes={"y": "An operator made y."})
    >>> leaves.check(["w", "y"]).text
    'Not yet. At least one does not belong there. An operator made y.'
    """

    def __init__(
        self,
        right: Any = None,
        *,
        program: str = "",
        of: str = "",
        options: Collection[Any] = (),
        mistakes: Mapping[Any, str] | None = None,
        question: str = "",
        why: str = "",
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(question, why, hints)
        if (right is None) == (not of):
            raise ValueError("a Choice has either the right choice, or a program and the expression of= that is right")
        self._right = right
        self.program = program
        self.of = of
        self.options = list(options)
        self.mistakes = {_plain(key): text for key, text in (mistakes or {}).items()}

    def solution(self) -> Any:
        """Return the right choice."""
        return eval(self.of, run(self.program)[0]) if self.of else self._right

    def _judge(self, answer: Any) -> Found:
        right = self.solution()
        if isinstance(right, list | tuple | set | frozenset):
            return self._several(answer, {_plain(item) for item in right})
        if isinstance(answer, Tensor) and answer.numel() == 1:
            answer = answer.item()
        if isinstance(right, bool):
            if not isinstance(answer, bool | np.bool_):
                return "no_word", {"wanted": "True or False", "type": type(answer).__name__}
            answer = bool(answer)
        try:
            choice = _plain(answer)
            hash(choice)
        except TypeError:
            return "no_word", {"wanted": "a single word or number", "type": type(answer).__name__}
        if choice == _plain(right):
            return "right", {}
        options = [_plain(option) for option in self.options]
        if options and choice not in options:
            return "no_choice", {"options": ", ".join(map(repr, self.options))}
        return "other_choice", {"mistake": self.mistakes.get(choice, "")}

    def _several(self, answer: Any, right: set[Any]) -> Found:
        if isinstance(answer, str):
            answer = answer.replace(",", " ").split()
        if not isinstance(answer, list | tuple | set | frozenset) or not all(isinstance(item, str) for item in answer):
            return "no_names", {"example": str(self.options[:2] or ["a", "b"])}
        given = {_plain(item) for item in answer}
        options = {_plain(option) for option in self.options}
        if options and given - options:
            return "no_choice", {"options": ", ".join(map(repr, self.options))}
        missing, extra = right - given, given - right
        if not missing and not extra:
            return "right", {}
        kind = "missing_and_too_many" if missing and extra else "missing" if missing else "too_many"
        # one hint at a time: the first wrong name in the order of the options
        order = [*map(_plain, self.options), *sorted(missing | extra)]
        first = next(item for item in order if item in missing | extra)
        return kind, {"mistake": self.mistakes.get(first, "")}

    def _verdict(self, kind: str, blanks: Mapping[str, object] | None = None) -> Verdict:
        verdict = super()._verdict(kind, blanks)
        mistake = (blanks or {}).get("mistake")
        return Verdict(kind, f"{verdict.text} {mistake}") if mistake else verdict


def _plain(choice: Any) -> Any:
    """Return a choice as it is compared: of a text, neither case nor spaces nor quotes count."""
    return choice.strip().strip("'\"`").lower() if isinstance(choice, str) else choice


def _one_line(error: Exception) -> str:
    message = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _upstream(output: Any) -> Any:
    """Return a gradient to hand to a backward, with no two entries alike and none of them 1."""
    entries = 2.0 + 1.5 * np.arange(output.numel())
    return tensor(entries, dtype=float64).reshape(output.shape)


def _gradients(output: Any, leaves: Mapping[str, Any], upstream: Any) -> dict[str, Array]:
    """Return autograd's own gradient for each leaf."""
    gradients = grad(output, list(leaves.values()), grad_outputs=upstream, retain_graph=True, materialize_grads=True)
    return {name: numbers(gradient) for name, gradient in zip(leaves, gradients, strict=True)}


def _summed(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Return a gradient summed to the shape of its input, as the engine does; as it is, where that cannot be."""
    lead = gradient.ndim - len(shape)
    if lead < 0:
        return gradient
    summed = gradient.sum(axis=tuple(range(lead)))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1 != summed.shape[axis])
    summed = np.asarray(summed.sum(axis=stretched, keepdims=True))
    return summed if summed.shape == shape else gradient
