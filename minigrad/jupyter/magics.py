"""``%%autograd``: run a cell, and play the forward and the backward pass of what it computed."""

# IPython's decorators have no types:
# mypy: allow-untyped-calls, allow-untyped-decorators

from __future__ import annotations

import ast
import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from IPython import get_ipython
from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from minigrad import draw, trace, words
from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import is_grad_enabled, set_grad_enabled
from minigrad.jupyter import cell as cells
from minigrad.jupyter import offer
from minigrad.jupyter.player import Player, stand_ins
from minigrad.trace.events import OpEvent

NOTHING = (
    "This cell computes no tensor, so there is nothing to play. "
    "Compute one from tensors, for example z = (w * x).sum()."
)
UNUSED = "--gradient was not used: it is for the backward pass that is added to a cell, and this cell calls its own."
AUTOMATIC = "_minigrad_play"  # the magic that stands, unseen, over each cell while `%autograd on` holds
MOST_UNKNOWN = 20  # players that stay open where the kernel doesn't say which cell shows them
MOST_OPS = 10_000  # it takes several seconds to tell these
GRADIENT = re.compile(r"(?:^|\s)--gradient(?:\s+|=)(?P<code>\S.*?)(?=\s--[a-z]|\s*$)")  # it may have blanks in it


@magics_class
class AutogradMagics(Magics):
    """What ``%load_ext minigrad`` adds to a shell, and what it keeps from one cell to the next."""

    shell: Any

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._cell: Any = None  # what IPython says of the cell that runs
        self._players: dict[str, list[Player]] = {}  # by the cell that shows them
        self._plain = False  # whether the shell is reading a cell that is being played

    def begin(self, info: Any) -> None:
        """Note which cell runs, and close the players of its earlier run: ipywidgets would keep them for ever."""
        self._cell = info
        key = self._key()
        gone = self._players.pop(key, []) if key else []
        unknown = self._players.get("", [])
        while len(unknown) > MOST_UNKNOWN:
            gone.append(unknown.pop(0))
        for player in gone:
            if not any(player is other for others in self._players.values() for other in others):
                player.close()

    def note(self, player: Player) -> None:
        """Note that the running cell shows a player: it goes when no cell that showed it stands as it did."""
        if get_ipython() is not self.shell:
            return
        shown = self._players.setdefault(self._key(), [])
        if not any(player is other for other in shown):
            shown.append(player)

    def _key(self) -> str:
        """Return what tells the running cell from others: its id, or "" where the kernel doesn't know it.

        Two cells may have the same text, and the player of one must not go when the other runs: without an id only the
        number of open players is bounded.
        """
        return str(getattr(self._cell, "cell_id", None) or "")

    @no_var_expand
    @magic_arguments("%autograd")
    @argument("-h", "--help", action="store_true", help="Print this text, and do not run the cell.")
    @argument(
        "--no-backward", action="store_true", help="Add no backward pass: show what the cell itself does, and no more."
    )
    @argument(
        "--gradient",
        metavar="EXPR",
        help="""What the backward pass starts with, for a result that is more than one number: with `--gradient
        mg.ones(3)` the cell ends in `y.backward(mg.ones(3))`. Any expression that works in a cell does; it reaches
        to the next option.""",
    )
    @argument("--language", choices=words.LANGUAGES, default="en", help="The player's language.")
    @argument(
        "--theme",
        choices=("auto", "light", "dark"),
        default="auto",
        help="The player's colours; auto, the default, follows the notebook.",
    )
    @argument(
        "--at",
        metavar="N",
        type=int,
        help="""Open at step N. 0 is before the first step, -1 is the last step, -2 the one before it. The default is
        0, and the last step where the cell fails.""",
    )
    @argument("--static", action="store_true", help="Show a picture and the table of steps instead of a player.")
    @cell_magic
    def autograd(self, line: str, cell: str) -> Any:
        """Run a cell and play what autograd did in it, forward and backward, number by number.

        Put %%autograd on top of a cell:

            %%autograd
            w = mg.tensor([2., -1.], requires_grad=True)
            x = mg.tensor([3., 4.])
            z = (w * x).sum()

        What is played
            The graph of the cell's result: of the value of its last line or, where that is no tensor, of the
            tensor that it assigned last. A cell that calls no backward() runs exactly as if its last line were
            z.backward(), and the player shows that line in grey: w.grad is then filled. The backward pass needs
            a result of one number (or --gradient) that was computed from something with requires_grad=True;
            without it the forward pass is played, and a sentence says what to change.

        What the cell returns
            What it returns without %%autograd. The value of a last line that is an expression is printed, and is
            Out[n] and _ afterwards; with a semicolon behind it, it is not; an assignment has no value. The player
            is shown besides, and is none of them.

        When the cell fails
            The graph up to there is shown, and below it the traceback of your own lines. %xmode Verbose shows
            minigrad's lines as well.

        Run the cell again and its earlier player is closed. In the player the arrow keys step and the space bar
        plays; its question mark shows the other keys.
        """
        options = parse(self.autograd.parser, line)
        if options.help:
            print(self.autograd.parser.format_help())
            return None
        return self._run(line, cell, options)

    def _run(self, line: str, cell: str, options: Namespace, on_its_own: bool = False) -> Any:
        """Run a cell, show its player, and return its value; ``on_its_own`` for one that did not ask for it."""
        with self._plainly():
            code = cells.read(self.shell, line, cell, getattr(self._cell, "raw_cell", ""), bare=on_its_own)
        grad_mode = is_grad_enabled()
        root = note = added = None
        try:
            with trace.record(code.filename, code.text) as recording:
                recording.cell_name = self._cell_name
                value = code.run(self.shell)
                name, root = find_root(recording, code, value, self.shell.user_ns)
                if recording.has_backward:
                    note = UNUSED if options.gradient else None
                elif on_its_own:
                    added = aside(root, name) if ends_on(recording, code, name) else None
                elif root is None and not recording.has_ops:
                    note = NOTHING
                elif not options.no_backward:
                    note = why_not(recording, name, root, options.gradient)
                    if note is None:
                        added = f"{name}.backward({options.gradient or ''})"
                        code.run_added(self.shell, root, added, options.start)
        except BaseException as error:
            set_grad_enabled(grad_mode)  # a generator that was left half-way may have kept its `no_grad` block open
            cells.trim(self.shell, error, code.filename)
            try:
                shown = self._show(recording, root, None, added, options)
                offer.note(error, offer.SHOWN if shown and offer.concerns_autograd(error) else None)
            except Exception as another:  # the user's error is the one that counts
                error.add_note(f"minigrad could not draw the graph up to here: {another!r}")
            raise
        if not on_its_own or recording.has_backward or ends_on(recording, code, name):
            self._show(recording, root, note, added, options)
        return None if code.silenced else value

    @no_var_expand
    @line_magic("autograd")  # type: ignore[arg-type]  # IPython's decorator has no types
    def autograd_line(self, line: str) -> Any:
        """Play a tensor that exists, or play every cell from here on.

        %autograd z
            The graph of z, and the backward pass that z.backward() would be. It leaves nothing behind: no .grad
            changes, no hook is called, and the graph can still run.
        %autograd on
            Show a player below every cell that computes a tensor in its last line, or calls backward. A pass that the
            cell does not run itself leaves nothing behind.
        %autograd off
            Show no more of them.
        """
        asked = line.strip()
        if asked in ("on", "off"):
            self.automatic(asked == "on")
            return None
        if not asked:
            raise UsageError("%autograd z plays the tensor z, %autograd on plays every cell, %autograd off ends that")
        found = self.shell.ev(asked)
        if not isinstance(found, TensorBase):
            raise UsageError(f"%autograd {asked}: this is a {type(found).__name__}, and a graph hangs on a tensor")
        frame = self.shell.ev("__import__('sys')._getframe()")  # one whose variables are the user's
        recording, name, note = trace.record_standing(found, None, frame)
        call = f"{name}.backward()" if recording.has_backward else None
        self._play(
            trace.play_document(recording, found, added_backward=call, message=note), parse(self.autograd.parser, "")
        )
        return None

    def automatic(self, on: bool) -> None:
        """Play every cell that ends on a tensor, or stop doing so."""
        transforms = self.shell.input_transformers_cleanup
        if self._prepare in transforms:
            transforms.remove(self._prepare)
        if on:
            transforms.append(self._prepare)

    def _prepare(self, lines: list[str]) -> list[str]:
        """Turn a cell of plain Python into one that is played; what is IPython's own stays as it is."""
        first = next((line.strip() for line in lines if line.strip()), "")
        if self._plain or not first or first[:1] in "%!?" or first.endswith("?"):
            return lines
        return [f"%%{AUTOMATIC}\n", *lines]

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Let the shell read cells as they are."""
        self._plain = True
        try:
            yield
        finally:
            self._plain = False

    @no_var_expand
    @cell_magic(AUTOMATIC)  # type: ignore[arg-type]
    def _automatic(self, line: str, cell: str) -> Any:
        """Run a cell that ``%autograd on`` plays."""
        return self._run("", cell, parse(self.autograd.parser, ""), on_its_own=True)

    def _cell_name(self, filename: str) -> str | None:
        """Return ``In[2]`` for the file that the kernel keeps that cell's text in."""
        namer = getattr(self.shell.compile, "format_code_name", None)  # IPython 8
        found = None if namer is None else namer(filename)
        return None if not found or found[0] != "Cell" else str(found[1]).replace(" ", "")

    def _show(
        self, recording: trace.Recording, root: Any, note: str | None, added: str | None, options: Namespace
    ) -> bool:
        """Display the player, or what stands in for it; return whether there was something to show."""
        if not recording.has_ops and not recording.has_backward:
            if note is not None:
                print(note)
            return False
        ops = sum(isinstance(event, OpEvent) for event in recording.events)
        if ops > MOST_OPS:
            print(f"This cell ran {ops:,} ops, and a player shows up to {MOST_OPS:,}: play fewer rounds of its loops.")
            return False
        document = trace.play_document(recording, root, added_backward=added, language=options.language, message=note)
        self._play(document, options, bool(recording.error))
        return True

    def _play(self, document: dict[str, Any], options: Namespace, failed: bool = False) -> None:
        """Display the player of a document."""
        document = draw.place(document)
        if options.static:
            display(stand_ins(document, options.theme), raw=True)
            return
        last = len(document["steps"])
        at = options.at if options.at is not None else -1 if failed else 0
        at = at if at >= 0 else last + 1 + at
        player = Player(document, min(max(at, 0), last), options.theme)
        display(player)


# `autograd?` finds the line magic first: it shows what both do
AutogradMagics.autograd_line.__doc__ = f"{AutogradMagics.autograd_line.__doc__}\n{AutogradMagics.autograd.__doc__}"  # type: ignore[assignment]


def parse(parser: Any, line: str) -> Namespace:
    """Return the options, with the expression of ``--gradient`` parsed as ``start``.

    Raises
    ------
    UsageError
        If an option is unknown, has no value or a wrong one, or contradicts another.
    """
    code = GRADIENT.search(line)
    options: Namespace = parser.parse_argstring(line if code is None else line[: code.start()] + line[code.end() :])
    if code is not None:
        options.gradient = code["code"]
    options.start = None
    if options.gradient is not None:
        if options.no_backward:
            raise UsageError("--gradient is what a backward pass starts with: it does not go with --no-backward")
        try:
            options.start = ast.parse(options.gradient, mode="eval")
        except SyntaxError as error:
            raise UsageError(f"--gradient {options.gradient}: this is no expression ({error.msg})") from None
    return options


def ends_on(recording: trace.Recording, code: cells.Cell, name: str) -> bool:
    """Return whether what a cell ends on is the result that was found in it."""
    if not name or not recording.has_ops:
        return False
    if code.value is not None:
        return name == code.called
    return next(recording.sources().of(code.filename).assigned(), None) == name


def aside(root: Any, name: str) -> str | None:
    """Run the backward pass of a result so that it leaves nothing behind, and return its call; None if it has none."""
    if root is None or not root.requires_grad or root.numel() != 1:
        return None
    with trace.on_the_side(root):
        root.backward(retain_graph=True)
    return f"{name}.backward()"


def find_root(recording: trace.Recording, code: cells.Cell, value: Any, names: dict[str, Any]) -> tuple[str, Any]:
    """Return what the cell's source calls its result, and the result: ("", None) if there is none.

    It is the value of the last line, else the tensor that was assigned last; what this cell computed comes before what
    an earlier one did, and a leaf is no result.
    """

    def computed(x: Any) -> bool:
        number = recording.number_of(x)
        return number is not None and recording.values[number].maker is not None

    def found(wanted: Callable[[Any], bool]) -> tuple[str, Any] | None:
        if isinstance(value, TensorBase) and wanted(value):
            return code.called, value
        return recording.last_tensor({name: x for name, x in names.items() if isinstance(x, TensorBase) and wanted(x)})

    return found(computed) or found(lambda x: not x.is_leaf) or ("", None)


def why_not(recording: trace.Recording, name: str, root: Any, gradient: str | None) -> str | None:
    """Return why no backward pass can be added to the cell and what to change; None if one can."""
    if root is None:
        return (
            "No variable of this cell holds its result, so its backward pass is not added. Assign the result, "
            "for example z = ..., or make it the last line."
        )
    cut = any(value.requires_grad for value in recording.values)
    return trace.why_not(name, root, gradient is not None, cut, "%%autograd --gradient mg.ones({size})")
