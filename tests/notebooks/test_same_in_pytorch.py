"""What the notebooks show is what PyTorch shows: every cell is run by both, and the outputs are held together.

Where minigrad says more (after PyTorch's own sentence of an error, in the report of a gradcheck), PyTorch's part comes
first, word for word. A cell of what PyTorch does not have bears the tag ``minigrad-only``.
"""

import ast
import contextlib
import io
import re
import warnings
from pathlib import Path

import nbformat
import pytest

import minigrad

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path for path in FOLDER.glob("[01]*.ipynb"))
MAGIC = re.compile(r"%%autograd(.*)\n")
SAYS_MORE = re.compile(r"print\(.*\berror\b|raises-exception")  # a cell that shows an error


def lessons(path):
    """Yield the cells that are the same in both: their names, and their programs without magics."""
    for cell in nbformat.read(path, as_version=4).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or cell.id == "load" or "mg.exercise" in cell.source or "minigrad-only" in tags:
            continue
        yield cell.id, plain(cell.source), "raises-exception" in tags or SAYS_MORE.search(cell.source)


def plain(source):
    """Return a cell as ordinary Python: with the backward pass that ``%%autograd`` would add."""
    if found := MAGIC.match(source):
        source = source[found.end() :]
        if "backward(" not in source and "autograd.grad(" not in source:
            targets = [line.targets[0] for line in ast.parse(source).body if isinstance(line, ast.Assign)]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            gradient = re.search(r"--gradient (.*)", found[1])
            source += f"\n{names[-1]}.backward({gradient[1] if gradient else ''})"
    return re.sub(r"^%.*$", "", source, flags=re.MULTILINE)


def shown(source, names):
    """Run a cell; return what it prints, the first sentence of what it warns of, its value, and its error."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *_, **__: print(str(message).partition(". ")[0])
        try:
            exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
            if value is not None:
                print(repr(value))
        except RuntimeError as error:
            print(error)
    return re.sub(r"0x[0-9a-f]+", "0x", out.getvalue())


def says_first(more, text):
    """Whether each line of ``text`` begins a line of ``more``, in the same order."""
    rest = iter(more.splitlines())
    return all(any(line.startswith(wanted.rstrip(". ")) for line in rest) for wanted in text.splitlines())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_shows_what_it_shows_in_pytorch(path, monkeypatch):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    pyplot = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.setattr(pyplot, "show", lambda: pyplot.close("all"))
    monkeypatch.chdir(FOLDER)
    mine, theirs = {"mg": minigrad, "__name__": "__main__"}, {"mg": torch, "__name__": "__main__"}
    for name, source, says_more in lessons(path):
        here = shown(source, mine)
        there = shown(re.sub(r"\bminigrad\b", "torch", source), theirs)
        assert here == there or (says_more and says_first(here, there)), name


def test_the_comparison_would_notice():
    assert says_first("a leaf. To change it, ...\ntensor(1.)", "a leaf.\ntensor(1.)")
    assert not says_first("tensor(2.)", "tensor(1.)")
    assert not says_first("second\nfirst", "first\nsecond")
    assert plain("%%autograd --gradient g\ny = x * 2").endswith("\ny.backward(g)")
    assert shown("x = 2\nx * 3", {}) == "6\n"
