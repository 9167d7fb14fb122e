"""Docstrings: every public name has one, it names the arguments that exist, and its examples print what they say."""

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpydoc.validate import validate

import minigrad as mg

MODULES = [
    module.name
    for module in pkgutil.walk_packages(mg.__path__, "minigrad.")
    if not module.name.endswith(("__main__", "as_torch"))  # importing them does something
]
# numpydoc's codes: no docstring, sections out of order or unknown, a summary without its full stop, arguments that are
# documented and do not exist, or stand in another order
WRONG = {"GL06", "GL07", "GL08", "SS03", "PR02", "PR03"}


def public_names() -> Iterator[str]:
    """Yield the public names of minigrad and of its rooms, each thing once, and the methods that classes define."""
    seen = set()
    for module in [mg, *map(importlib.import_module, MODULES)]:
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if not (inspect.isroutine(thing) or inspect.isclass(thing)):
                continue
            if id(thing) not in seen:
                seen.add(id(thing))
                yield f"{module.__name__}.{name}"
            if inspect.isclass(thing) and thing.__module__ == module.__name__:
                methods = (key for key, value in vars(thing).items() if callable(value) or isinstance(value, property))
                yield from (f"{module.__name__}.{name}.{key}" for key in methods if not key.startswith("_"))


@pytest.mark.parametrize("name", ["minigrad", *MODULES])
def test_examples_print_what_they_say(name):
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    for example in doctest.DocTestFinder().find(module, name, extraglobs={"mg": mg, "np": np}):
        mg.manual_seed(0)
        runner.run(example, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


def test_the_readme_prints_what_it_says():
    report: list[str] = []
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    example = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    doctest.DocTestRunner().run(example, out=report.append)
    assert example.examples
    assert report == [], "".join(report)


@pytest.mark.filterwarnings("ignore:Widget.*deprecated:DeprecationWarning")  # numpydoc reads every attribute of a class
@pytest.mark.parametrize("name", sorted(set(public_names())))
def test_every_public_name_is_documented(name):
    found = [f"{code}: {text}" for code, text in validate(name)["errors"] if code in WRONG]
    assert found == []
