"""Which ops belong together: parts that the user named, calls, loops and their rounds, lines.

A graph too large to be read is folded into boxes, and those into boxes, so that no more than a few dozen things stand
side by side anywhere. What belongs together is read from where each op was called: the frames that were open, and for
each of them the loops around the place where it stood.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import sep
from os.path import dirname
from types import CodeType

from minigrad.trace.events import OpEvent, Site
from minigrad.trace.graph import Graph, Operator, Variable, shorten
from minigrad.trace.source import Place

__all__ = ["Group", "fold"]

LARGE = 400  # variables and operators; up to here only what the user named is folded ...
LOOPED = 150  # ... and, from here on, what is mostly a loop: its rounds are alike
MOSTLY = 2 / 3
MOST_SHOWN = 24  # ops and boxes side by side; more are gathered into boxes of neighbours
MOST_LEAVES = 12  # as many leaves that learn are never put into a box
LEAST_OPS = 3  # a box for fewer is not worth opening
LONGEST_TITLE = 30
PACKAGE = dirname(dirname(__file__)) + sep
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)


@dataclass(eq=False)
class Group:
    """Ops that are shown as one box.

    Its kind is ``"scope"`` (the user's own name), ``"function"``, ``"loop"``, ``"round"``, ``"rounds"``, ``"line"`` or
    ``"part"``.
    """

    kind: str
    title: str
    items: list[Operator | Group] = field(default_factory=list)
    place: Place | None = None
    index: int = 0  # a round's own number; of rounds, the first one's
    last: int = 0  # of rounds, the last one's
    rounds: int = 0  # how many a loop made
    id: str = ""
    parent: Group | None = None
    gives: list[Variable] = field(default_factory=list)  # what is used outside

    @property
    def operators(self) -> list[Operator]:
        """All its ops, in order."""
        found: list[Operator] = []
        todo: list[Operator | Group] = [self]
        while todo:
            item = todo.pop()
            if isinstance(item, Group):
                todo.extend(reversed(item.items))
            else:
                found.append(item)
        return found

    def chain(self) -> list[Group]:
        """The group and those around it, the outermost first."""
        found: list[Group] = []
        at: Group | None = self
        while at is not None:
            found.append(at)
            at = at.parent
        return found[::-1]


@dataclass
class Folded:
    """The boxes of a graph, an outer one before those inside it, and which box everything stands in."""

    groups: list[Group]
    home: dict[str, Group | None]  # id of a variable or operator -> the innermost box


def fold(graph: Graph) -> Folded:
    """Return the boxes of a graph; there are none in a graph that is not large and has no named part.

    Parameters
    ----------
    graph : Graph
        What is shown.

    Returns
    -------
    Folded
        The boxes, and where everything stands.
    """
    count = len(graph.variables) + len(graph.operators)
    if count <= LOOPED and not graph.recording.scopes:
        return Folded([], {})
    top = Group("all", "", list(_Structure(graph).top.items))
    large = count > LARGE or (count > LOOPED and _is_mostly_loops(top))
    if not large and not graph.recording.scopes:
        return Folded([], {})
    _add_scopes(top, graph)
    _simplify(top, keep=None if large else ("scope",))
    if large:
        _bound(top, graph)
        _open_up(top)
    return _settle(top, graph)


def _is_mostly_loops(top: Group) -> bool:
    """Return whether most ops of a graph run in loops, up to those in a function that was called."""
    looped, todo = 0, [*top.items]
    while todo:
        item = todo.pop()
        if isinstance(item, Group) and item.kind == "loop":
            looped += len(item.operators)
        elif isinstance(item, Group):
            todo.extend(item.items)
    return looped >= MOSTLY * len(top.operators)


# --- What the frames say -------------------------------------------------------------------------------------------


@dataclass
class _Entry:
    """An open group on the way to the op at hand, and the frame that it belongs to."""

    depth: int
    group: Group  # where ops go: of a loop, its round
    loop: Group | None = None
    syntax: ast.AST | None = None  # of a loop


class _Structure:
    """Reads calls, loops and rounds from the frames of one op after the other."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.sources = graph.sources
        self.top = Group("all", "")
        self._loops: dict[tuple[CodeType, int], list[ast.AST]] = {}
        self._way: list[_Entry] = []
        self._before: tuple[Site, ...] = ()
        self._inner: tuple[Site, ...] = ()
        self._call = 0  # of a module
        self._backward = False
        for operator in graph.operators.values():
            self._add(operator)

    def _add(self, operator: Operator) -> None:
        event = operator.event
        frames = tuple([site for site in reversed(event.sites) if not site[0].co_filename.startswith(PACKAGE)])
        inner, call = (event.inner, event.call) if isinstance(event, OpEvent) else ((), 0)
        backward = isinstance(event, OpEvent) and event.in_backward
        if backward != self._backward:
            self._way.clear()
            self._before = ()
            self._backward = backward
        if backward:
            if not self._way:
                self._enter(0, Group("function", "backward"))
        else:
            self._go_to(frames, inner, call)
        (self._way[-1].group if self._way else self.top).items.append(operator)
        self._before, self._inner, self._call = frames, inner, call

    def _go_to(self, frames: tuple[Site, ...], inner: tuple[Site, ...], call: int) -> None:
        """Leave the groups that the op at hand is outside of, and enter those that it is inside of."""
        before = self._before
        depth = 0
        while depth < len(frames) and depth < len(before) and frames[depth] == before[depth]:
            depth += 1
        if depth == len(frames) == len(before) and depth:
            if not ((call and call == self._call) or self._goes_on(inner)):
                self._next_round(len(frames) - 1)
            depth = len(frames)
        else:
            self._leave(depth, frames, before)
        held = {entry.depth for entry in self._way if entry.loop is None}
        for level in range(min(depth, len(frames)), len(frames)):
            code, _ = frames[level]
            if level and level not in held and not code.co_name.startswith("<"):
                self._enter(
                    level, Group("function", self._call_text(frames[level - 1], code), place=self._place(frames[level]))
                )
            known = {id(entry.syntax) for entry in self._way if entry.depth == level}
            for loop in self._loops_around(frames[level]):
                if id(loop) not in known:
                    self._enter_loop(level, loop, frames[level])

    def _goes_on(self, inner: tuple[Site, ...]) -> bool:
        """Return whether two ops of one place ran in the same call of it: a function of the package that runs both."""
        for (code, offset), (other, other_offset) in zip(self._inner, inner, strict=False):
            if code is not other:
                return True
            if offset != other_offset:
                return offset < other_offset
        return False

    def _leave(self, depth: int, frames: tuple[Site, ...], before: tuple[Site, ...]) -> None:
        """Close what is deeper than the first frame that stands elsewhere, and in it the loops that were left."""
        forward = True
        same_call = False
        if depth < len(frames) and depth < len(before):
            (code, offset), (old, old_offset) = frames[depth], before[depth]
            same_call = code is old
            forward = offset > old_offset
        shared: set[int] = set()
        if same_call:
            shared = {id(loop) for loop in self._loops_around(frames[depth])}
            shared &= {id(loop) for loop in self._loops_around(before[depth])}
        kept = [
            entry
            for entry in self._way
            if entry.depth < depth
            or (entry.depth == depth and same_call and (entry.loop is None or id(entry.syntax) in shared))
        ]
        if same_call and not forward and not any(entry.depth == depth and entry.loop is not None for entry in kept):
            kept = [entry for entry in kept if entry.depth < depth]  # the function was called again
        self._way = kept
        if same_call and not forward:
            self._next_round(depth)

    def _next_round(self, depth: int) -> None:
        """The innermost loop up to a frame goes round: what is inside of it ends."""
        for at in range(len(self._way) - 1, -1, -1):
            entry = self._way[at]
            if entry.loop is not None and entry.depth <= depth:
                del self._way[at + 1 :]
                self._begin_round(entry)
                return

    def _enter(self, depth: int, group: Group) -> _Entry:
        (self._way[-1].group if self._way else self.top).items.append(group)
        self._way.append(_Entry(depth, group))
        return self._way[-1]

    def _enter_loop(self, depth: int, loop: ast.AST, site: Site) -> None:
        entry = self._enter(depth, Group("loop", self._header(loop, site), place=self._place(site)))
        entry.loop, entry.syntax = entry.group, loop
        self._begin_round(entry)

    def _begin_round(self, entry: _Entry) -> None:
        loop = entry.loop
        assert loop is not None
        loop.rounds += 1
        entry.group = Group("round", "", place=loop.place, index=loop.rounds)
        loop.items.append(entry.group)

    def _loops_around(self, site: Site) -> list[ast.AST]:
        """The loops of a frame's own code around a place, the outermost first."""
        found = self._loops.get(site)
        if found is not None:
            return found
        loops: list[ast.AST] = []
        located = self.sources.node(site)
        if located is not None:
            source, node = located
            own = site[0].co_name[:1] == "<" and site[0].co_name not in ("<module>", "<lambda>")
            child: ast.AST = node
            parent = source.parents.get(child)
            while parent is not None and not isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                if isinstance(parent, LOOPS) and _repeats(parent, child):
                    loops.append(parent)
                if own and isinstance(parent, COMPREHENSIONS):
                    break
                child, parent = parent, source.parents.get(parent)
        loops.reverse()
        self._loops[site] = loops
        return loops

    def _header(self, loop: ast.AST, site: Site) -> str:
        source = self.sources.of(site[0].co_filename)
        if isinstance(loop, (ast.For, ast.AsyncFor)):
            text = f"for {source.text_of(loop.target)} in {source.text_of(loop.iter)}"
        elif isinstance(loop, ast.While):
            text = f"while {source.text_of(loop.test)}"
        else:
            text = source.text_of(loop)
        return shorten(text, LONGEST_TITLE)

    def _call_text(self, site: Site, code: CodeType) -> str:
        place = self.sources.place(site)
        if place is not None and "(" in place.text and len(place.text) <= LONGEST_TITLE:
            return place.text
        return f"{code.co_qualname.rpartition('<locals>.')[2]}()"

    def _place(self, site: Site) -> Place | None:
        return self.sources.place(site) if site[0].co_filename == self.graph.recording.filename else None


def _repeats(loop: ast.AST, child: ast.AST) -> bool:
    """Return whether a part of a loop runs in every round of it: what a ``for`` runs through does not."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return child in loop.body
    if isinstance(loop, ast.While):
        return child not in loop.orelse
    return not (isinstance(child, ast.comprehension) and child is loop.generators[0])  # type: ignore[attr-defined]


# --- What the user named -------------------------------------------------------------------------------------------


def _add_scopes(top: Group, graph: Graph) -> None:
    for scope in graph.recording.scopes:
        end = scope.end if scope.end is not None else len(graph.recording.events)
        _wrap(top, Group("scope", shorten(scope.name, LONGEST_TITLE)), scope.first, end)


def _wrap(parent: Group, scope: Group, first: int, end: int) -> None:
    """Put a scope around the items of a group that ran inside it; where one did so in part, look into that."""
    touched = [i for i, item in enumerate(parent.items) if _number(item, 0) < end and _number(item, -1) >= first]
    partly = [i for i in touched if _number(parent.items[i], 0) < first or _number(parent.items[i], -1) >= end]
    if touched and not partly:
        low, high = touched[0], touched[-1] + 1
        scope.items = parent.items[low:high]
        parent.items[low:high] = [scope]
    elif len(touched) == 1:
        item = parent.items[touched[0]]
        assert isinstance(item, Group)
        _wrap(item, scope, first, end)


def _number(item: Operator | Group, which: int) -> int:
    """The number of the first event of a group, or of the last."""
    while isinstance(item, Group):
        item = item.items[which]
    return item.event.number


# --- How much stands side by side ----------------------------------------------------------------------------------


def _simplify(group: Group, keep: Sequence[str] | None) -> None:
    """Do without boxes that hold little, that hold one box alone, or whose kind is not to be kept."""
    items: list[Operator | Group] = []
    for item in group.items:
        if not isinstance(item, Group):
            items.append(item)
            continue
        _simplify(item, keep)
        while len(item.items) == 1 and isinstance(item.items[0], Group):
            inner = item.items[0]
            if inner.kind == "scope" and item.kind != "scope":
                item.kind, item.title = inner.kind, inner.title
            item.items, item.rounds = inner.items, inner.rounds or item.rounds
        wanted = keep is None or item.kind in keep
        numbered = item.kind == "round" and group.rounds > MOST_SHOWN  # they are gathered by their numbers
        if wanted and (item.kind == "scope" or numbered or len(item.operators) >= LEAST_OPS):
            items.append(item)
        else:
            items.extend(item.items)
    group.items = items


def _bound(group: Group, graph: Graph) -> None:
    """Gather neighbours until no group holds more than can be looked at."""
    for item in group.items:
        if isinstance(item, Group):
            _bound(item, graph)
    if len(group.items) <= MOST_SHOWN:
        return
    rounds = [item for item in group.items if isinstance(item, Group) and item.kind == "round"]
    if len(rounds) < len(group.items):
        group.items = _by_line(group.items)
    elif len(group.operators) < LEAST_OPS * len(rounds):  # a box for each would hold next to nothing
        size = max(2, MOST_SHOWN * len(rounds) // len(group.operators))
        group.items = [_rounds(rounds[at : at + size], opened=True) for at in range(0, len(rounds), size)]
    while len(group.items) > MOST_SHOWN:
        group.items = _gather(group.items)


def _rounds(run: Sequence[Group], opened: bool = False) -> Group:
    """One box for rounds that follow each other; ``opened``, it holds what they hold."""
    items: list[Operator | Group] = [part for item in run for part in item.items] if opened else [*run]
    return Group("rounds", "", items, run[0].place, run[0].index, run[-1].last or run[-1].index)


def _line(item: Operator | Group) -> int | None:
    place = item.place if isinstance(item, Group) else item.shown or item.place
    return None if place is None else place.line


def _by_line(items: list[Operator | Group]) -> list[Operator | Group]:
    """Gather neighbours that were written on one line."""
    found: list[Operator | Group] = []
    start = 0
    for at in range(1, len(items) + 1):
        if at < len(items) and _line(items[at]) == _line(items[start]):
            continue
        run = items[start:at]
        if LEAST_OPS <= len(run) < len(items):
            found.append(Group("line", "", run, _place_of(run[0])))
        else:
            found.extend(run)
        start = at
    return found


def _place_of(item: Operator | Group) -> Place | None:
    return item.place if isinstance(item, Group) else item.shown


def _gather(items: list[Operator | Group]) -> list[Operator | Group]:
    """Put neighbours into boxes of one size, so that few boxes remain."""
    size = next(s for s in (5, 10, 20) if len(items) / s <= MOST_SHOWN or s == 20)
    found: list[Operator | Group] = []
    for start in range(0, len(items), size):
        run = items[start : start + size]
        if len(run) < 2:
            found.extend(run)
            continue
        rounds = [item for item in run if isinstance(item, Group) and item.kind in ("round", "rounds")]
        found.append(_rounds(rounds) if len(rounds) == len(run) else Group("part", "", run, _place_of(run[0])))
    return found


def _open_up(top: Group) -> None:
    """Do without the largest boxes of the first view, as long as what is in them has room there."""
    while True:
        boxes = [item for item in top.items if isinstance(item, Group) and item.kind != "scope"]
        boxes = [box for box in boxes if len(top.items) - 1 + len(box.items) <= MOST_SHOWN]
        if not boxes:
            return
        box = max(boxes, key=lambda box: len(box.operators))
        at = next(i for i, item in enumerate(top.items) if item is box)
        top.items[at : at + 1] = box.items


# --- Where everything stands ---------------------------------------------------------------------------------------


def _settle(top: Group, graph: Graph) -> Folded:
    groups: list[Group] = []
    home: dict[str, Group | None] = {}

    def number(group: Group, parent: Group | None) -> None:
        for item in group.items:
            if isinstance(item, Group):
                item.id, item.parent = f"g{len(groups)}", parent
                groups.append(item)
                number(item, item)
            else:
                home[item.id] = parent

    number(top, None)
    makers = {id(operator.event): operator for operator in graph.operators.values()}
    users: dict[int, list[Group | None]] = {}
    for (index, _), edge in graph.arguments.items():
        users.setdefault(edge.variable, []).append(home[graph.operators[index].id])
    learning = [v for v in graph.variables.values() if v.leaf]
    for variable in graph.variables.values():
        maker = variable.seen.maker
        operator = None if maker is None else makers.get(id(graph.recording.events[maker]))
        if operator is not None:
            home[variable.id] = home[operator.id]
            continue
        at = _around(users.get(variable.seen.number, []))
        while at is not None and at.kind in ("loop", "rounds"):  # what every round uses was there before the loop
            at = at.parent
        home[variable.id] = None if variable.leaf and len(learning) <= MOST_LEAVES else at
    last = list(graph.variables.values())
    for variable in last:
        own = home[variable.id]
        if own is None:
            continue
        outside = users.get(variable.seen.number, [None])
        for group in own.chain():
            if any(user is None or group not in user.chain() for user in outside):
                group.gives.append(variable)
    return Folded(groups, home)


def _around(groups: Sequence[Group | None]) -> Group | None:
    """The innermost group around all of these."""
    chains = [[] if group is None else group.chain() for group in groups]
    found: Group | None = None
    for level in zip(*chains, strict=False):
        if any(group is not level[0] for group in level):
            break
        found = level[0]
    return found
