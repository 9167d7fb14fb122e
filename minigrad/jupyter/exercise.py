"""Exercises that check themselves: an answer gets a hint that fits the mistake, and never the solution.

A teacher's own exercise is made with the same classes as those of the notebooks:

>>> program = "w = mg.tensor([3., 4.], requires_grad=True); z = (w * w).sum()"
>>> mine = Gradient(program, of="w", why="w is a factor twice.")
>>> mg.exercise(mine, [3, 4])
Not yet. This is what arrives along one path. w is used 2 times: add up what arrives along each.
>>> mg.exercise(mine, [6, 8])
Right! w is a factor twice.
"""

from __future__ import annotations

import os
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from minigrad.jupyter import exercises
from minigrad.jupyter.questions import Backward, Choice, Derivative, Exercise, Gradient, Value, Verdict

__all__ = ["Backward", "Choice", "Derivative", "Exercise", "Gradient", "Value", "Verdict", "exercise", "find"]


def exercise(which: str | Exercise, answer: Any = None, *, graded: bool = False) -> None:
    """Check an answer, and print whether it is right or which kind of mistake it is.

    Nothing is collected and nothing is sent. In a notebook that nbgrader runs (it sets ``NBGRADER_EXECUTION``), a
    wrong or missing answer raises, so that the cell with this call can be a test cell with points.

    Parameters
    ----------
    which : str or Exercise
        The exercise of a notebook, such as ``"backward.paths"``, or one of your own.
    answer : object
        What the learner found: a number, a list, an array, a tensor, a word, or a function, as the exercise asks.
        None is no answer yet.
    graded : bool
        Raise if the answer is wrong or missing, wherever the notebook runs.

    Raises
    ------
    AssertionError
        If the answer is wrong or missing, and the exercise is graded.
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> mg.exercise(Value("", of="6 * 7", question="What is 6 times 7?"), None)
    No answer yet. What is 6 times 7?
    """
    verdict = (which if isinstance(which, Exercise) else find(which)).check(answer)
    if not verdict.right and (graded or os.environ.get("NBGRADER_EXECUTION")):
        raise AssertionError(verdict.text)
    print(verdict.text)


def find(name: str) -> Exercise:
    """Return the exercise of that name: the notebook's, a full stop, and its own.

    Parameters
    ----------
    name : str
        Such as ``"backward.paths"``.

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If there is no such exercise; the sentence lists those there are.
    """
    notebook, _, own = name.partition(".")
    files = [module.name for module in iter_modules(exercises.__path__)]
    if notebook not in files:
        raise ValueError(f"there is no exercise {name!r}: no notebook is called {notebook!r}, only {', '.join(files)}")
    rows: dict[str, Exercise] = import_module(f"{exercises.__name__}.{notebook}").EXERCISES
    if own not in rows:
        names = ", ".join(f"{notebook}.{row}" for row in rows)
        raise ValueError(f"there is no exercise {name!r}; this notebook has {names}")
    return rows[own]
