"""A cell's code, run as IPython runs it: file name, line numbers, namespace, and the value of the last line."""

from __future__ import annotations

import ast
import linecache
import os
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

import numpy as np

# Note [As the user sees it]
#
# IPython hands a cell magic the lines below it. Nesting `run_cell` would count them from 1 again, answer "ok" to
# Jupyter when they fail, and forget `;`. So they are compiled here, moved down to where they stand in the cell, under
# the name that IPython gives to its text: tracebacks, the debugger and the recording all find what is on the screen.

AWAIT = (
    "await, async for and async with do not work at the top level of an %%autograd cell, which runs as plain code. "
    "Await in a cell of its own, and use the result here"
)
ROOT = ".root"  # a name that no user's code can spell
PACKAGE = str(Path(__file__).parents[1]) + os.sep
LIBRARIES = (PACKAGE, str(Path(np.__file__).parent) + os.sep)


class CellSyntaxError(Exception):
    """A syntax error in a cell, shown as IPython shows that of an ordinary cell.

    IPython prints a SyntaxError that is raised *while* a cell runs with every frame on the way to it. So this is none:
    it has the name and the text of one.
    """

    def __init__(self, shell: Any, error: SyntaxError) -> None:
        super().__init__(str(error))
        self._shell = shell
        self._error = error

    def _render_traceback_(self) -> list[str]:
        return list(self._shell.SyntaxTB.structured_traceback(type(self._error), self._error, []))


@dataclass
class Cell:
    """One cell, compiled."""

    filename: str
    text: str  # as it is seen, magic line included
    body: CodeType
    value: CodeType | None  # the last line, if it is an expression ...
    called: str  # ... what stands before `.backward()` then
    silenced: bool  # ... and whether it ends in a semicolon

    def run(self, shell: Any) -> Any:
        """Run the cell in the user's namespace and return the value of its last line, None if it is no expression."""
        exec(self.body, shell.user_global_ns, shell.user_ns)
        return None if self.value is None else eval(self.value, shell.user_global_ns, shell.user_ns)

    def run_added(self, shell: Any, root: Any, line: str, gradient: ast.Expression | None) -> None:
        """Run ``root.backward(gradient)`` as if ``line`` stood below the cell; a traceback shows it there."""
        lines = [*self.text.rstrip("\n").split("\n"), f"{line}  # added by %%autograd"]
        text = "\n".join(lines) + "\n"
        linecache.cache[self.filename] = (len(text), None, text.splitlines(keepends=True), self.filename)
        method = ast.Attribute(ast.Name(ROOT, ast.Load()), "backward", ast.Load())
        call = ast.Expression(ast.Call(method, [] if gradient is None else [gradient.body], []))
        for node in ast.walk(call):
            if isinstance(node, (ast.expr, ast.keyword)):
                node.lineno = node.end_lineno = len(lines)
                node.col_offset, node.end_col_offset = 0, len(line.encode())
        eval(compile(call, self.filename, "eval"), shell.user_global_ns, {**shell.user_ns, ROOT: root})


def read(shell: Any, line: str, body: str, raw_cell: str, *, bare: bool = False) -> Cell:
    """Compile the lines below ``%%autograd``. See Note [As the user sees it].

    Parameters
    ----------
    shell : InteractiveShell
        Whose transformers, compiler and flags are used.
    line : str
        The options.
    body : str
        What stands below.
    raw_cell : str
        The cell that is being run; it is another one where a program called the magic.
    bare : bool
        Whether no ``%%autograd`` stands over it.

    Returns
    -------
    Cell

    Raises
    ------
    CellSyntaxError
        If it is not Python, or awaits something at its top level.
    """
    whole = raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
    head = whole.removesuffix(body)
    if bare:
        head, raw_cell = "", body
    elif head == whole or "%%autograd" not in head:
        head = f"%%autograd {line}".rstrip() + "\n"
        raw_cell = head + body
    code = shell.transform_cell(body)
    typed, lines = body.split("\n"), code.split("\n")
    while len(typed) > 1 and not typed[0].strip():  # IPython drops the blank lines that a cell begins with
        head += typed.pop(0) + "\n"
    if len(typed) == len(lines):
        lines = [old if "get_ipython()" in new else new for old, new in zip(typed, lines, strict=True)]
    text = head + "\n".join(lines)
    filename = shell.compile.cache(text, shell.displayhook.prompt_count, raw_code=raw_cell)
    try:
        return _compiled(shell, filename, text, "\n" * head.count("\n") + code)
    except SyntaxError as error:
        # IPython and Jupyter print the name of the class
        raise type(type(error).__name__, (CellSyntaxError,), {})(shell, error) from error


def _compiled(shell: Any, filename: str, text: str, code: str) -> Cell:
    tree = shell.transform_ast(shell.compile.ast_parse(code, filename))
    statements = list(tree.body)
    last = statements.pop() if statements and isinstance(statements[-1], ast.Expr) else None
    body = _code(shell, ast.Module(statements, tree.type_ignores), filename, "exec")
    if last is None:
        return Cell(filename, text, body, None, "", False)
    value = _code(shell, ast.Expression(last.value), filename, "eval")
    return Cell(filename, text, body, value, _called(code, last.value), _silenced(code, last))


def _code(shell: Any, tree: ast.Module | ast.Expression, filename: str, mode: str) -> CodeType:
    """Compile with the shell's ``__future__`` flags; say what to do where IPython alone would await."""
    try:
        return shell.compile(tree, filename, mode)  # type: ignore[no-any-return]
    except SyntaxError as error:
        try:
            compile(tree, filename, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except SyntaxError:
            raise error from None
        error.msg = AWAIT
        raise


def _called(code: str, value: ast.expr) -> str:
    """Return an expression's source, on one line and in brackets where a method's name could not follow it."""
    text = ast.get_source_segment(code, value)
    if text is None or "\n" in text:
        text = ast.unparse(value)
    return text if isinstance(value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({text})"


def _silenced(code: str, last: ast.Expr) -> bool:
    """Return whether a semicolon follows the last expression."""
    assert last.end_lineno is not None
    line = code.split("\n")[last.end_lineno - 1].encode()
    return line[last.end_col_offset :].lstrip().startswith(b";")


def trim(shell: Any, error: BaseException, filename: str) -> None:
    """Let IPython show an error's traceback from the cell on, without what minigrad did below the user's last line.

    ``%xmode Verbose`` shows that too.
    """
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    files = [frame.tb_frame.f_code.co_filename for frame in frames]
    if filename not in files or hasattr(type(error), "_render_traceback_"):
        return
    first = files.index(filename)
    last = max(i for i, file in enumerate(files) if not file.startswith(LIBRARIES))
    called_us = files[last + 1 : last + 2] and files[last + 1].startswith(PACKAGE)

    def render() -> list[str]:
        chain = None
        shown = frames[first : last + 1] if called_us and shell.InteractiveTB.mode != "Verbose" else frames[first:]
        for frame in reversed(shown):
            chain = TracebackType(chain, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
        return list(shell.InteractiveTB.structured_traceback(type(error), error, chain, tb_offset=0))

    vars(error)["_render_traceback_"] = render  # IPython asks for it
