"""A small part of TeX as a tree of MathML, and as plain text for where there is room for one line only.

A template is a format string: ``{0}``, ``{1}`` stand for operands, ``{y}`` for the result, ``{n}`` for a count. What
is put in their place is never read as TeX: a name stays a name, whatever it holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

MathTree: TypeAlias = "str | list[Any]"

MINUS = "\N{MINUS SIGN}"
_FIRST_MARK = 0xE000  # private-use characters stand for the placeholders while the template is parsed
_FUNCTIONS = frozenset(
    "sin cos tan sinh cosh tanh arcsin arccos arctan ln log exp max min arg det sup inf lim erf".split()
)
_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ", "mu": "μ", "pi": "π",
    "sigma": "σ", "tau": "τ", "phi": "φ", "Phi": "Φ", "Gamma": "Γ", "infty": "∞", "partial": "∂", "ell": "ℓ",
    "psi": "ψ", "zeta": "ζ", "theta": "θ", "omega": "ω", "eta": "η", "rho": "ρ", "varepsilon": "ε", "nu": "ν",
}  # fmt: skip
_OPERATORS = {
    "cdot": "·", "times": "×", "odot": "⊙", "otimes": "⊗", "pm": "±", "sum": "∑", "prod": "∏", "int": "∫", "le": "≤",
    "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "in": "∈", "to": "→", "mapsto": "↦", "mid": "|",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖",
    "|": "‖", "{": "{", "}": "}", "ldots": "…", "cdots": "⋯", "dots": "…", "div": "÷", "circ": "∘", "approx": "≈",
    "lt": "<", "gt": ">", "land": "∧", "lor": "∨", "neg": "¬", "bmod": "mod", "top": "⊤", "prime": "′", "ast": "∗",
    "nabla": "∇", "oplus": "⊕", "ominus": "⊖", "langle": "⟨", "rangle": "⟩", "cup": "∪", "cap": "∩",
}  # fmt: skip
_SPACES = frozenset([",", ";", ":", " ", "!", "quad", "qquad", "left", "right", "displaystyle", "limits", "big", "Big"])
_SPACED = frozenset([",", ";", ":", " ", "quad", "qquad"])
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|[^\s]", re.DOTALL)
_SUPERSCRIPTS = str.maketrans("0123456789+-−=()nixTabjkmotyz⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣᵀᵃᵇʲᵏᵐᵒᵗʸᶻᵀ")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()aeijkmnx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₘₙₓ")
_LETTER = re.compile(r"[^\W\d_](?![\w.])|[^\W\d_][₀-₉⁰-⁹²³¹]|[a-z]+ ?[(√]")
LONGEST_LABEL = 14  # characters beside a row of numbers
_BIG = ("∑", "∏", "∫")
_INFIX = "+−=<>≤≥≠∈→·×⊙⊗÷∧∨≈"

_SPACE: MathTree = ["mspace"]


def formula(template: str, operands: Sequence[str], **names: str) -> MathTree | None:
    """Return the MathML tree of a template, or None if something that it needs is missing.

    Parameters
    ----------
    template : str
        TeX, as a format string.
    operands : sequence of str
        The text that each ``{0}``, ``{1}`` stands for: a name, a number or source text.
    **names : str
        The text of other placeholders.

    Returns
    -------
    list or None
        Nested lists: a tag and its children; strings are text.

    Examples
    --------
    >>> formula(r"\\frac{{1}}{{{0}}}", ["x"])
    ['mfrac', ['mn', '1'], ['mi', 'x']]
    """
    texts = list(operands)
    marks = [chr(_FIRST_MARK + i) for i in range(len(texts))]
    named = {}
    for key, text in names.items():
        named[key] = chr(_FIRST_MARK + len(texts))
        texts.append(text)
    try:
        tex = template.format(*marks, **named)
        return _simple(_Parser(tex, texts).all())
    except (IndexError, KeyError, ValueError, AttributeError, RecursionError):
        return None


class _Parser:
    """Recursive descent over the tokens; templates are short, so the depth is small."""

    def __init__(self, tex: str, texts: Sequence[str]) -> None:
        self.tokens = _TOKEN.findall(tex)
        self.texts = texts
        self.at = 0

    def all(self) -> MathTree:
        return self.row(None)

    def next(self) -> str:
        if self.at >= len(self.tokens):
            raise ValueError("the formula ends too early")
        self.at += 1
        return str(self.tokens[self.at - 1])

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def row(self, end: str | None) -> MathTree:
        items: list[MathTree] = []
        while self.peek() is not None and self.peek() != end:
            items.append(self.scripted())
        if end is not None:
            if self.next() != end:
                raise ValueError(f"the formula lacks {end}")
        elif self.peek() is not None:
            raise ValueError("the formula has an end too many")
        return _row(items)

    def group(self) -> MathTree:
        """Parse ``{...}``, or the one thing that stands without braces."""
        if self.peek() == "{":
            self.next()
            return self.row("}")
        return self.atom()

    def scripted(self) -> MathTree:
        """Parse an atom with what stands above and below it."""
        base = self.atom()
        up: MathTree | None = None
        down: MathTree | None = None
        while self.peek() in ("^", "_"):
            if self.next() == "^":
                up = self.group()
            else:
                down = self.group()
        if up is None and down is None:
            return base
        base = _tight(base)
        big = isinstance(base, list) and base[0] == "mo" and base[1] in _BIG
        if up is None:
            return ["munder" if big else "msub", base, down]
        if down is None:
            return ["mover" if big else "msup", base, up]
        return ["munderover" if big else "msubsup", base, down, up]

    def atom(self) -> MathTree:
        token = self.next()
        if token == "{":
            return self.row("}")
        if token[0] == "\\":
            return self.command(token[1:])
        if token[0].isdigit():
            return ["mn", token]
        if token in "^_}":
            raise ValueError(f"the formula has a {token} too many")
        index = ord(token) - _FIRST_MARK
        if len(token) == 1 and 0 <= index < len(self.texts):
            return operand(self.texts[index])
        if token.isalpha():
            return ["mi", token]
        return ["mo", MINUS if token == "-" else token]

    def command(self, name: str) -> MathTree:
        if name in ("frac", "dfrac", "tfrac"):
            return ["mfrac", self.group(), self.group()]
        if name == "sqrt":
            if self.peek() == "[":
                self.next()
                degree = self.row("]")
                return ["mroot", self.group(), degree]
            return ["msqrt", self.group()]
        if name in ("mathrm", "text", "operatorname", "mathbf", "mathit", "mathsf", "textrm"):
            return ["mi" if name != "text" else "mtext", self.word()]
        if name in _FUNCTIONS:
            return ["mi", name]
        if name in _SYMBOLS:
            return ["mi", _SYMBOLS[name]]
        if name in _OPERATORS:
            return ["mo", _OPERATORS[name]]
        if name in _SPACES:
            return list(_SPACE) if name in _SPACED else ["mrow"]
        return ["mi", name]

    def word(self) -> str:
        """Read the letters in braces as one word."""
        if self.peek() != "{":
            return self.next()
        self.next()
        letters = []
        while (token := self.next()) != "}":
            index = ord(token[0]) - _FIRST_MARK
            letters.append(self.texts[index] if 0 <= index < len(self.texts) else token)
        return "".join(letters)


def operand(text: str) -> MathTree:
    """Return what stands for an operand: a number, a name, or source text as text."""
    if _is_number(text):
        if text[0] in "-" + MINUS:
            return ["mrow", ["mo", MINUS], ["mn", text[1:]]]
        return ["mn", text]
    return ["mi", text] if _is_name(text) else ["mtext", text]


def name_tree(text: str) -> MathTree:
    """Return a variable's name as MathML, in brackets if it is source text that needs them."""
    return _tight(operand(text))


def fraction(top: str, bottom: str) -> MathTree:
    """Return the partial derivative of ``top`` by ``bottom`` as MathML.

    Examples
    --------
    >>> fraction("z", "w")
    ['mfrac', ['mrow', ['mo', '∂'], ['mi', 'z']], ['mrow', ['mo', '∂'], ['mi', 'w']]]
    """
    return ["mfrac", *[["mrow", ["mo", "∂"], *_differential(text)] for text in (top, bottom)]]


def _differential(text: str) -> list[MathTree]:
    inner = operand(text)
    return [["mo", "("], inner, ["mo", ")"]] if _is_compound(text) else [inner]


def partial(top: str, bottom: str) -> str:
    """Return the partial derivative as plain text: ``∂z/∂w``."""
    return "/".join([f"∂({text})" if _is_compound(text) else f"∂{text}" for text in (top, bottom)])


def short_partial(top: str, bottom: str) -> str:
    """Return the partial derivative for the narrow label of a row: what does not fit there is dots."""
    forms = [partial(top, bottom), partial(top, "…"), partial("…", bottom), partial("…", "…")]
    return next((form for form in forms if len(form) <= LONGEST_LABEL), forms[-1])


@lru_cache(maxsize=4096)
def _is_compound(text: str) -> bool:
    """Return whether text is more than a name with its dots and indices, and has no brackets of its own."""
    text = text.rstrip("₀₁₂₃₄₅₆₇₈₉")
    if _is_enclosed(text):
        return False
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if not depth and not (character.isalnum() or character in "_.]"):
            return True
    return False


def _is_enclosed(text: str) -> bool:
    """Return whether one pair of brackets holds the whole text."""
    if text[:1] != "(" or text[-1:] != ")":
        return False
    depth = 0
    for character in text[:-1]:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return False
    return True


@lru_cache(maxsize=4096)  # the rounds of a loop have the same texts
def needs_brackets(text: str) -> bool:
    """Return whether source text must be bracketed to stay together in a formula."""
    if _is_name(text) or (_is_number(text) and text[0] not in "-" + MINUS):
        return False
    if _is_enclosed(text.rstrip("₀₁₂₃₄₅₆₇₈₉")):
        return False
    try:
        node = ast.parse(text.replace("…", "_"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _is_compound(text)
    return not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.List, ast.Tuple))


def _is_name(text: str) -> bool:
    return text.rstrip("₀₁₂₃₄₅₆₇₈₉").isidentifier()


@lru_cache(maxsize=4096)
def _is_number(text: str) -> bool:
    try:
        float(text.replace(MINUS, "-"))
    except ValueError:
        return False
    return text.lower().lstrip("-" + MINUS)[:1] in "0123456789."


def _row(items: list[MathTree]) -> MathTree:
    """Return items side by side: one alone as it is, several as an mrow whose source texts are bracketed."""
    items = [item for item in items if item != ["mrow"]]
    if len(items) == 1:
        return items[0]
    out: list[MathTree] = []
    for i, item in enumerate(items):
        beside = [neighbour for neighbour in items[max(0, i - 1) : i + 2] if neighbour is not item]
        if all(map(_is_fence, beside)) or (all(map(_is_sum_sign, beside)) and _is_product(item)):
            out.append(item)
        else:
            out.append(_tight(item))
    return ["mrow", *out]


def _is_sum_sign(item: MathTree) -> bool:
    return isinstance(item, list) and item[0] == "mo" and item[1] in ("+", MINUS, "=", "<", ">")


def _is_product(item: MathTree) -> bool:
    """Return whether an item is source text that keeps together beside a plus."""
    return isinstance(item, list) and item[0] == "mtext" and _multiplies(str(item[1]))


@lru_cache(maxsize=4096)
def _multiplies(text: str) -> bool:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div, ast.MatMult, ast.Pow))


def _is_fence(item: MathTree) -> bool:
    return isinstance(item, list) and item[0] == "mo" and item[1] in "()[]|‖⌊⌋⌈⌉,"


def _tight(item: MathTree) -> MathTree:
    """Put brackets around what would fall apart beside something else."""
    if not isinstance(item, list):
        return item
    loose = (item[0] == "mtext" and needs_brackets(item[1])) or (
        item[0] == "mrow" and len(item) == 3 and item[1] == ["mo", MINUS]
    )
    return ["mrow", ["mo", "("], item, ["mo", ")"]] if loose else item


# --- Simplification ------------------------------------------------------------------------------------------------


def _number(item: MathTree) -> float | None:
    """Return the number that an item is, or None."""
    if isinstance(item, list) and item[0] == "mn" and _is_number(item[1]):
        return float(item[1])
    if isinstance(item, list) and item[0] == "mrow":
        if len(item) == 3 and item[1] == ["mo", MINUS]:
            inner = _number(item[2])
            return None if inner is None else -inner
        if len(item) == 4 and item[1] == ["mo", "("]:
            return _number(item[2])
    return None


def _of_number(number: float) -> MathTree:
    return operand(f"{number:g}" if number != int(number) else str(int(number)))


def _simple(tree: MathTree) -> MathTree:
    """Do the arithmetic of literal numbers: 2 − 1 is 1, x¹ is x, x⁰ is 1, and a factor of 1 goes."""
    if not isinstance(tree, list) or not tree:
        return tree
    if tree[0] in ("mi", "mo", "mn", "mtext"):
        return tree
    children = [_simple(child) for child in tree[1:]]
    if tree[0] == "msup":
        power = _number(children[1])
        if power == 1:
            return children[0]
        if power == 0:
            return ["mn", "1"]
    if tree[0] != "mrow":
        return [tree[0], *children]
    if len(children) == 3 and children[1] in (["mo", MINUS], ["mo", "+"]):
        a, b = _number(children[0]), _number(children[2])
        if a is not None and b is not None:
            return _of_number(a + b if children[1][1] == "+" else a - b)
    factors: list[MathTree] = []
    for i, child in enumerate(children):
        if child == _SPACE and factors and factors[-1] == ["mn", "1"] and not _is_operator_before(factors):
            factors.pop()  # a factor of one in front
            continue
        if child == ["mn", "1"] and i == len(children) - 1 and len(factors) > 1 and factors[-1] == _SPACE:
            factors.pop()  # ... or behind
            continue
        factors.append(child)
    if factors[:1] != children[:1] and len(factors) == 1:
        return factors[0]
    return factors[0] if len(factors) == 1 else ["mrow", *factors]


def _is_operator_before(factors: list[MathTree]) -> bool:
    """Return whether the last factor is an operand of something else than the product that follows."""
    before = factors[-2] if len(factors) > 1 else None
    return before is not None and before[0] != "mo"


# --- Plain text ----------------------------------------------------------------------------------------------------


def plain(tree: MathTree) -> str:
    """Return a MathML tree as one line of text.

    Examples
    --------
    >>> plain(["mfrac", ["mn", "1"], ["msup", ["mi", "x"], ["mn", "2"]]])
    '1/x²'
    """
    return _text(tree).strip()


def _text(tree: MathTree) -> str:
    if isinstance(tree, str):
        return tree
    tag, *children = tree
    if tag in ("mi", "mn", "mo", "mtext"):
        return "".join([child for child in children if isinstance(child, str)])
    if tag == "mspace":
        return " "
    if tag == "mfrac":
        top, bottom = (_bundle(child, "+-−·÷/ ") for child in children[:2])
        return f"{top}/{bottom}"
    if tag == "msqrt":
        return f"√{_bundle(_wrap(children), '+-−·÷/ ^')}"
    if tag == "mroot":
        return f"{_text(children[1]).translate(_SUPERSCRIPTS)}√{_bundle(children[0], '+-−·÷/ ^')}"
    if tag in ("msup", "mover"):
        return _text(children[0]) + _script(_text(children[1]), _SUPERSCRIPTS, "^")
    if tag in ("msub", "munder"):
        return _text(children[0]) + _script(_text(children[1]), _SUBSCRIPTS, "_")
    if tag in ("msubsup", "munderover"):
        low, high = _script(_text(children[1]), _SUBSCRIPTS, "_"), _script(_text(children[2]), _SUPERSCRIPTS, "^")
        return _text(children[0]) + low + high
    return "".join(_joined(children))


def _wrap(children: Sequence[MathTree]) -> MathTree:
    return children[0] if len(children) == 1 else ["mrow", *children]


def _bundle(tree: MathTree, splitters: str) -> str:
    text = _text(tree).strip()
    return f"({text})" if _stands_open(text, splitters) else text


def _stands_open(text: str, splitters: str) -> bool:
    """Return whether one of the characters stands in a text, not in front and outside of all brackets."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if not depth and i and character in splitters:
            return True
    return False


def is_sum(text: str) -> bool:
    """Return whether plain text is a sum, which must be bracketed as a factor."""
    return _stands_open(text, "+−")


def _script(text: str, table: Mapping[int, Any], sign: str) -> str:
    """Return raised or lowered text, with the letters that Unicode has, else behind a sign."""
    text = text.strip()
    if text and all(ord(c) in table for c in text):
        return text.translate(table)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def _joined(children: Sequence[MathTree]) -> Iterator[str]:
    """Yield the texts of a row, with the spaces that TeX would leave."""
    texts = [(_text(child), child[0] if isinstance(child, list) else "") for child in children]
    for i, (text, tag) in enumerate(texts):
        before = texts[i - 1] if i else None
        after = texts[i + 1] if i + 1 < len(texts) else None
        if tag == "mspace":
            if before is None or after is None:
                continue
            # 2x, but w·x and 2·error: side by side they would read as one name
            yield "" if before[1] == "mn" and _LETTER.match(after[0]) and after[1] != "mn" else "·"
        elif (
            tag == "mo"
            and text in "+−=<>≤≥≠∈→·×⊙⊗÷∧∨≈"
            and before is not None
            and before[1] != "mo"
            and after is not None
        ):
            yield f" {text} "
        elif tag == "mo" and text == "mod":
            yield " mod "
        elif tag == "mo" and text == ",":
            yield ", "
        elif (
            tag == "mi" and (text in _FUNCTIONS or len(text) > 1) and after is not None and not after[0].startswith("(")
        ):
            yield f"{text} " if after[1] != "mo" and text in _FUNCTIONS else text
        elif tag in ("mo", "munder", "mover", "munderover") and text[:1] in _BIG and after is not None:
            yield f"{text} "
        else:
            yield text
