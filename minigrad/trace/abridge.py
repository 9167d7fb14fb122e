"""Shorten an expression from within, so that what it does last can still be read: ``copy * … + a``, ``….sum()``."""

from __future__ import annotations

import ast
import copy
from functools import lru_cache
from itertools import combinations

LONGEST_LOOKED_INTO = 200  # characters
MOST_PARTS = 12  # that are tried in pairs, the outermost
DOTS = "…"


@lru_cache(maxsize=4096)
def abridge(text: str, longest: int) -> str:
    """Return source text of at most so many characters: the least of it that helps is replaced by dots.

    What is no expression, or has no part that would help, is cut at its end.

    Examples
    --------
    >>> abridge("copy * a.detach() + a", 14)
    'copy * … + a'
    """
    if len(text) <= longest:
        return text
    return _shortened(text, longest) or text[: longest - 1].rstrip(f" {DOTS}") + DOTS


def _shortened(text: str, longest: int) -> str | None:
    """Return an expression with one of its parts left out, or with several where one is not enough."""
    if len(text) > LONGEST_LOOKED_INTO:
        return None
    try:
        whole: ast.AST = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    root = whole
    while choices := _choices(root)[:MOST_PARTS]:
        for tried in (choices, [one | other for one, other in combinations(choices, 2)]):
            made = [_without(root, left_out) for left_out in tried]
            texts = [ast.unparse(tree) for tree in made]
            fitting = [short for short in texts if len(short) <= longest]
            if fitting:
                return max(fitting, key=len)
        root = min((_without(root, left_out) for left_out in choices), key=lambda tree: len(ast.unparse(tree)))
    if isinstance(whole, ast.Call) and isinstance(whole.func, ast.Attribute):
        called = f".{whole.func.attr}({DOTS if whole.args or whole.keywords else ''})"
        owners = [owner.id for owner in [whole.func.value] if isinstance(owner, ast.Name)]
        return next((owner + called for owner in [*owners, DOTS] if len(owner + called) <= longest), None)
    return None


def _choices(root: ast.AST) -> list[set[int]]:
    """Return the parts of an expression that could be left out; a call keeps its name, and the last op is kept."""
    parts = [part for part in ast.walk(root) if isinstance(part, ast.expr)]
    functions = {id(part.func) for part in parts if isinstance(part, ast.Call)}
    functions |= {id(part.value) for part in parts if isinstance(part, ast.Attribute) and id(part) not in functions}
    choices = [
        {id(part)} for part in parts[1:] if not isinstance(part, (ast.Name, ast.Constant)) and id(part) not in functions
    ]
    if not choices:
        names = [part for part in parts[1:] if id(part) not in functions and ast.unparse(part) != DOTS]
        choices = [{id(part)} for part in names if len(ast.unparse(part)) > 1]
    return choices


def _without(node: ast.AST, left_out: set[int]) -> ast.AST:
    """Return syntax with dots for some of its parts."""
    if id(node) in left_out:
        return ast.Name(DOTS)
    made = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            setattr(made, name, _without(value, left_out))
        elif isinstance(value, list):
            setattr(made, name, [_without(item, left_out) if isinstance(item, ast.AST) else item for item in value])
    return made
