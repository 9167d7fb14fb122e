"""Where in the source an op stands, to the sub-expression, and which name its result is given there."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from types import CodeType
from typing import TypeAlias

Span: TypeAlias = tuple[int, int, int, int]  # first line, first column, last line, column after the end

MOST_REPAIRS = 30  # so many lines may be IPython's and not Python's
LONGEST = 400  # characters of source text


@dataclass(frozen=True, slots=True)
class Place:
    """An expression in a file; columns count characters."""

    filename: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    @property
    def span(self) -> Span:
        """The place without its file."""
        return (self.line, self.column, self.end_line, self.end_column)


class Source:
    """One file or notebook cell: its lines, and its syntax where it can be parsed."""

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self.lines = re.split(r"\r\n|\r|\n", text)  # as Python counts lines, and no character besides
        if self.lines[-1] == "":
            self.lines.pop()

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax, or None for what is not Python; line and column are those of the visible text."""
        lines = list(self.lines)
        if lines and lines[0].startswith("%%"):
            lines[0] = ""
        for _ in range(MOST_REPAIRS):
            try:
                return ast.parse("\n".join(lines) + "\n")
            except SyntaxError as error:  # what is IPython's becomes a line that does nothing
                number = error.lineno or 0
                if not 0 < number <= len(lines) or lines[number - 1].strip() == "0":
                    return None
                bare = lines[number - 1].lstrip()
                lines[number - 1] = lines[number - 1][: len(lines[number - 1]) - len(bare)] + "0"
            except (ValueError, RecursionError, MemoryError):
                return None
        return None

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node that each node stands in."""
        found: dict[ast.AST, ast.AST] = {}
        todo: list[ast.AST] = [] if self.tree is None else [self.tree]
        while todo:
            node = todo.pop()
            for child in ast.iter_child_nodes(node):
                found[child] = node
                todo.append(child)
        return found

    @cached_property
    def _nodes(self) -> dict[tuple[int, int, int, int], ast.AST]:
        """Expressions, and augmented assignments, by where they stand; columns count bytes, as Python does."""
        found: dict[tuple[int, int, int, int], ast.AST] = {}
        for node in self.parents:
            if isinstance(node, (ast.expr, ast.AugAssign)) and node.end_lineno is not None:
                key = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset or 0)
                found[key] = node
        return found

    def node_at(self, position: Span) -> ast.AST | None:
        """Return the expression that stands exactly there (columns in bytes), or None."""
        return self._nodes.get(position)

    def column(self, line: int, offset: int) -> int:
        """Turn a column in bytes into one in characters."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if text.isascii():
            return min(offset, len(text))
        return len(text.encode()[:offset].decode(errors="ignore"))

    def place(self, position: Span) -> Place:
        """Return the place of a position whose columns are bytes, and its text on one line."""
        first, start, last, end = position
        start, end = self.column(first, start), self.column(last, end)
        lines = self.lines[first - 1 : last]
        if not lines:
            return Place(self.filename, first, 0, last, 0, "")
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][start:]
        text = lines[0] if len(lines) == 1 else " ".join([line.strip() for line in lines])
        if len(text) > LONGEST:
            text = text[: LONGEST - 1] + "…"
        return Place(self.filename, first, start, last, end, text)

    def text_of(self, node: ast.AST) -> str:
        """Return the source text of a node, on one line."""
        position = _position(node)
        return "" if position is None else self.place(position).text

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Return the statement that a node stands in."""
        at: ast.AST | None = node
        while at is not None and not isinstance(at, ast.stmt):
            at = self.parents.get(at)
        return at

    def block(self, line: int) -> tuple[int, int] | None:
        """Return the lines of the body of the ``with`` statement that begins around ``line``."""
        best = None
        for node in self.parents:
            if isinstance(node, (ast.With, ast.AsyncWith)) and node.lineno <= line <= node.body[0].lineno:
                best = (node.body[0].lineno, max(line, node.end_lineno or line))
        return best

    def assigned(self) -> Iterator[str]:
        """Yield the names that the module's own statements assign, the last first."""
        if self.tree is None:
            return
        yield from reversed(list(_stored(self.tree)))

    @cached_property
    def stores(self) -> dict[str, list[Place]]:
        """The places where each name is assigned."""
        found: dict[str, list[Place]] = {}
        for node in self.parents:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                position = _position(node)
                if position is not None:
                    found.setdefault(node.id, []).append(self.place(position))
        return found

    @cached_property
    def loop_names(self) -> frozenset[str]:
        """The names that loops run through."""
        found: set[str] = set()
        for node in self.parents:
            if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
                found |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        return frozenset(found)


def _stored(tree: ast.AST) -> Iterator[str]:
    """Yield the names stored to, in the order of the source, without going into functions and classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        yield from _stored(node)


def _position(node: ast.AST) -> Span | None:
    line, column = getattr(node, "lineno", None), getattr(node, "col_offset", None)
    end_line, end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    if line is None or column is None or end_line is None or end is None:
        return None
    return (line, column, end_line, end)


class Sources:
    """The sources of a recording, read once each; what can't be read has no lines."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._sources: dict[str, Source] = {}
        self._positions: dict[int, tuple[CodeType, list[tuple[int | None, int | None, int | None, int | None]]]] = {}

    def of(self, filename: str) -> Source:
        """Return the source of a file or a notebook cell."""
        source = self._sources.get(filename)
        if source is None:
            text = self._texts.get(filename)
            if text is None:
                text = "".join(linecache.getlines(filename))
            source = self._sources[filename] = Source(filename, text)
        return source

    def position(self, site: tuple[CodeType, int]) -> Span | None:
        """Return where an instruction comes from, with columns in bytes."""
        code, offset = site
        entry = self._positions.get(id(code))
        if entry is None:
            entry = self._positions[id(code)] = (code, list(islice(code.co_positions(), 100_000)))
        index = offset // 2
        if not 0 <= index < len(entry[1]):
            return None
        line, end_line, start, end = entry[1][index]
        if line is None or end_line is None or start is None or end is None:
            return None
        return (line, start, end_line, end)

    def place(self, site: tuple[CodeType, int]) -> Place | None:
        """Return the expression that an instruction computes."""
        position = self.position(site)
        if position is None:
            return None
        source = self.of(site[0].co_filename)
        return source.place(position) if source.lines else None

    def statement(self, site: tuple[CodeType, int]) -> Place | None:
        """Return the statement that an instruction belongs to; of a compound one the expression alone."""
        found = self.node(site)
        if found is None:
            return self.place(site)
        source, node = found
        statement = source.statement(node)
        if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)):
            return self.place(site)
        position = _position(statement)
        return None if position is None else source.place(position)

    def node(self, site: tuple[CodeType, int]) -> tuple[Source, ast.AST] | None:
        """Return the syntax that an instruction computes."""
        position = self.position(site)
        if position is None:
            return None
        source = self.of(site[0].co_filename)
        node = source.node_at(position)
        return None if node is None else (source, node)


# --- Names ---------------------------------------------------------------------------------------------------------

RETURNED = "return"  # the name is given where the function was called


def receiver(source: Source, node: ast.AST, output: int = 0, outputs: int = 1) -> str | None:
    """Return the name of what an expression's value is stored in.

    Parameters
    ----------
    source : Source
        Where it stands.
    node : ast.AST
        The expression, or an augmented assignment.
    output, outputs : int
        Which of how many tensors it made.

    Returns
    -------
    str or None
        Such as ``"x"``, ``"self.w"``, ``"a[0]"``; ``RETURNED`` if it is what a function returns; None if nothing
        keeps it.
    """
    if isinstance(node, ast.AugAssign):
        return _target(source, node.target, output, outputs)
    parents = source.parents
    child = node
    parent = parents.get(child)
    while isinstance(parent, ast.IfExp) and child is not parent.test:
        child, parent = parent, parents.get(parent)
    if isinstance(parent, ast.NamedExpr):
        return parent.target.id if outputs == 1 else f"{parent.target.id}[{output}]"
    if isinstance(parent, ast.Assign):
        for target in parent.targets:
            name = _target(source, target, output, outputs)
            if name is not None:
                return name
        return None
    if isinstance(parent, ast.AnnAssign):
        return _target(source, parent.target, output, outputs)
    if isinstance(parent, (ast.Return, ast.Lambda)):
        return RETURNED
    if isinstance(parent, (ast.For, ast.AsyncFor)) and parent.iter is child:
        return _target(source, parent.target, output, outputs, each=True)
    if isinstance(parent, ast.withitem) and parent.optional_vars is not None:
        return _target(source, parent.optional_vars, output, outputs)
    if isinstance(parent, (ast.Tuple, ast.List)):
        return _element(source, parent, child)
    return None


def _target(source: Source, target: ast.AST, output: int, outputs: int, each: bool = False) -> str | None:
    if isinstance(target, (ast.Tuple, ast.List)):
        if outputs > 1 and output < len(target.elts) and not any(isinstance(t, ast.Starred) for t in target.elts):
            return _target(source, target.elts[output], 0, 1)
        return None
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        name = source.text_of(target)
        return f"{name}[{output}]" if outputs > 1 and not each else name
    return None


def _element(source: Source, several: ast.Tuple | ast.List, child: ast.AST) -> str | None:
    """Name one element of ``a, b = w * x, w + b`` or of ``hs = [w * x, w + b]``."""
    index = next(i for i, element in enumerate(several.elts) if element is child)
    parent = source.parents.get(several)
    if not isinstance(parent, ast.Assign) or any(isinstance(e, ast.Starred) for e in several.elts[: index + 1]):
        return None
    for target in parent.targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            if len(target.elts) == len(several.elts):
                return _target(source, target.elts[index], 0, 1)
        elif isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
            return f"{source.text_of(target)}[{index}]"
    return None


def operand_candidates(node: ast.AST) -> list[ast.AST]:
    """Return the sub-expressions that may have been the operands, in order."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.AugAssign):
        return [node.target, node.value]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Subscript):
        return [node.value]
    if isinstance(node, ast.Attribute):
        return [node.value]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call):
        first: list[ast.AST] = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        rest: list[ast.AST] = []
        for argument in (*node.args, *[keyword.value for keyword in node.keywords]):
            rest.extend(argument.elts if isinstance(argument, (ast.Tuple, ast.List)) else [argument])
        return first + rest
    return []
