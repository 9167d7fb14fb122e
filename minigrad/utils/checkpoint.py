"""Checkpoint: keep less of the forward pass, and compute it again when the backward needs it.

In words: while the function runs, each tensor that an op would save is left out and a number kept in its place. When
the backward pass asks for the first of them, the function runs again from its inputs, and what its ops would save this
time is handed out by number.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from itertools import count
from typing import Any, NoReturn
from weakref import ref

from minigrad.autograd import backward as run_backward
from minigrad.autograd.anomaly_mode import Behind, listen
from minigrad.autograd.function import Function
from minigrad.autograd.grad_mode import enable_grad, is_grad_enabled, local, no_grad
from minigrad.autograd.graph import saved_tensors_hooks
from minigrad.autograd.node import short_name
from minigrad.creation import empty
from minigrad.random import default_generator
from minigrad.tensor import Tensor

__all__ = [
    "CheckpointError",
    "CheckpointFunction",
    "CheckpointPolicy",
    "check_backward_validity",
    "checkpoint",
    "checkpoint_sequential",
    "create_selective_checkpoint_contexts",
    "detach_variable",
    "noop_context_fn",
    "set_checkpoint_debug_enabled",
    "set_checkpoint_early_stop",
]

Contexts = tuple[AbstractContextManager[Any], AbstractContextManager[Any]]

TIP = (
    "\nTip: To see a more detailed error message, either pass `debug=True` to\n"
    "`torch.utils.checkpoint.checkpoint(...)` or wrap the code block\n"
    "with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to\n"
    "enable checkpoint-debug mode globally.\n"
)
SUPPRESSED = (
    "torch.utils.checkpoint: the forward context provided by context_fn suppressed an exception raised during the "
    "checkpointed forward. This is not supported because checkpoint cannot return a value for a failed forward."
)

_early_stop = True
_debug: bool | None = None


class CheckpointError(RuntimeError):
    """The function did something else when it was computed again."""


def noop_context_fn() -> Contexts:
    """Return two contexts that do nothing.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import noop_context_fn
    >>> len(noop_context_fn())
    2
    """
    return nullcontext(), nullcontext()


class CheckpointPolicy(Enum):
    """What a policy may answer for an op, in PyTorch: see ``create_selective_checkpoint_contexts``."""

    MUST_SAVE = 0
    PREFER_SAVE = 1
    MUST_RECOMPUTE = 2
    PREFER_RECOMPUTE = 3
    MUST_CPU_OFFLOAD = 4
    PREFER_CPU_OFFLOAD = 5


def create_selective_checkpoint_contexts(policy_fn_or_list: Any, allow_cache_entry_mutation: bool = False) -> NoReturn:
    """Refuse: a policy is asked about PyTorch's inner ops, ``torch.ops.aten``, and there are none here.

    Parameters
    ----------
    policy_fn_or_list : callable or list
        Which ops keep their results.
    allow_cache_entry_mutation : bool
        Whether what is kept may change.

    Raises
    ------
    NotImplementedError
        Always.
    """
    raise NotImplementedError(
        "create_selective_checkpoint_contexts: which op keeps its result is asked of torch.ops.aten, and there are no "
        "such ops here. Checkpoint the parts that are worth computing again: checkpoint(part, x, use_reentrant=False)."
    )


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: Callable[[], Contexts] = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """Run ``function(*args, **kwargs)`` without keeping what its backward needs; compute that again in the backward.

    Parameters
    ----------
    function : callable
        It must do the same each time it runs. Random numbers are drawn anew from where they were.
    *args
        What it takes.
    use_reentrant : bool
        False, which is recommended: what is missing is computed when it is asked for. True: a backward pass of its own
        runs inside the backward pass; then an input must require a gradient, ``autograd.grad`` does not work, and
        keyword arguments are refused.
    context_fn : callable
        Returns two context managers: one to compute in the first time, one for the second time.
    determinism_check : {"default", "none"}
        Whether shapes and dtypes are compared between the two times.
    debug : bool
        Let an error list the ops of both times.
    early_stop : bool
        Compute again only up to the last tensor that is missing.
    **kwargs
        ``preserve_rng_state=False`` to draw other random numbers the second time; the rest is for ``function``.

    Returns
    -------
    Any
        What ``function`` returned.

    Raises
    ------
    CheckpointError
        In the backward pass: if the function did something else the second time.
    ValueError
        If an option does not go with the other ones.

    References
    ----------
    Griewank & Walther (2000), ACM Trans. Math. Softw. 26, doi:10.1145/347837.347846.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import checkpoint
    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> checkpoint(lambda x: x.exp().sin(), x, use_reentrant=False).sum().backward()
    >>> x.grad
    tensor([-2.4784,  3.3129])
    """
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, "
            "calling checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but "
            "if you need to preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for "
            "more details on the differences between the two variants.",
            UserWarning,
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    if use_reentrant:
        _refuse_keywords(kwargs)
        if context_fn is not noop_context_fn or debug is not False:
            raise ValueError("Passing `context_fn` or `debug` is only supported when use_reentrant=False.")
        return CheckpointFunction.apply(function, preserve, *args)
    if determinism_check not in ("default", "none"):
        raise ValueError(f"determinism_check should be one of ['default', 'none'], but got {determinism_check}")
    logs = None
    if debug if _debug is None else _debug:
        if context_fn is not noop_context_fn:
            raise ValueError("debug=True is incompatible with non-default context_fn")
        logs = _Logs()
        context_fn = logs.contexts
    first, second = context_fn()
    if not is_grad_enabled():
        with first:
            return function(*args, **kwargs)
        raise RuntimeError(SUPPRESSED)
    region = _Region(function, args, kwargs, second, preserve, determinism_check == "default", logs)
    region.early_stop = _early_stop and early_stop
    with saved_tensors_hooks(region.pack, region.unpack), first:
        out = function(*args, **kwargs)
        region.complete = True
    if not region.complete:
        raise RuntimeError(SUPPRESSED)
    return out


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool | None = None, **kwargs: Any
) -> Any:
    """Run functions one after the other, keeping only what goes from one segment of them to the next.

    Parameters
    ----------
    functions : Sequential or sequence of callable
        Each takes what the one before it returns. The last segment is kept as it is.
    segments : int
        How many segments to make.
    input : Tensor
        What the first takes.
    use_reentrant : bool
        As in ``checkpoint``.
    **kwargs
        ``preserve_rng_state``, as in ``checkpoint``.

    Returns
    -------
    Tensor
        What the last returns.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import checkpoint_sequential
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> checkpoint_sequential([mg.exp, mg.sin, mg.cos, mg.tanh], 2, x, use_reentrant=False)
    tensor([0.7244], grad_fn=<TanhBackward0>)
    """
    if use_reentrant is None:
        warnings.warn(
            "torch.utils.checkpoint.checkpoint_sequential: the use_reentrant parameter should be passed explicitly. In "
            "version 2.9 we will raise an exception if use_reentrant is not passed. use_reentrant=False is "
            "recommended, but if you need to preserve the current default behavior, you can pass use_reentrant=True. "
            "Refer to docs for more details on the differences between the two variants.",
            UserWarning,
            stacklevel=2,
        )
        use_reentrant = True
    preserve = kwargs.pop("preserve_rng_state", True)
    _refuse_keywords(kwargs)
    steps: list[Callable[[Any], Any]] = list(functions.children() if hasattr(functions, "children") else functions)
    size = len(steps) // segments
    done = 0
    for start in range(0, size * (segments - 1), size):
        done = start + size
        segment = _in_a_row(steps[start:done])
        input = checkpoint(segment, input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return _in_a_row(steps[done:])(input)


def _in_a_row(steps: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def run(x: Any) -> Any:
        for step in steps:
            x = step(x)
        return x

    return run


def _refuse_keywords(kwargs: dict[str, Any]) -> None:
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))


@contextmanager
def set_checkpoint_early_stop(enable: bool) -> Generator[None, None, None]:
    """Say whether regions that are entered in this block compute again only up to the last tensor that is missing.

    Parameters
    ----------
    enable : bool
        Whether they stop early; they do by default.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import checkpoint, set_checkpoint_early_stop
    >>> with set_checkpoint_early_stop(False):
    ...     y = checkpoint(mg.exp, mg.ones(1, requires_grad=True), use_reentrant=False)
    """
    global _early_stop
    before, _early_stop = _early_stop, enable
    try:
        yield
    finally:
        _early_stop = before


@contextmanager
def set_checkpoint_debug_enabled(enabled: bool | None) -> Generator[None, None, None]:
    """Say for all regions that are entered in this block whether an error lists the ops of both times.

    Parameters
    ----------
    enabled : bool or None
        None leaves it to each call's ``debug``.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import checkpoint, set_checkpoint_debug_enabled
    >>> with set_checkpoint_debug_enabled(True):
    ...     y = checkpoint(mg.exp, mg.ones(1, requires_grad=True), use_reentrant=False)
    """
    global _debug
    before, _debug = _debug, enabled
    try:
        yield
    finally:
        _debug = before


@contextmanager
def _random_numbers_of(state: Any) -> Generator[None, None, None]:
    """Draw from an earlier state of the default generator, and leave it as it is now."""
    if state is None:
        yield
        return
    before = default_generator.get_state()
    default_generator.set_state(state)
    try:
        yield
    finally:
        default_generator.set_state(before)


# --- Without a backward of its own ---------------------------------------------------------------------------------


class _Holder:
    """Stands where a saved tensor would be."""

    __slots__ = ("__weakref__", "number")

    def __init__(self, number: int) -> None:
        self.number = number


class _Enough(Exception):
    """All that is missing has been computed again."""


class _Inputs(Function):
    """Saves a region's inputs as any op would: their versions are checked, and a region around this one sees them."""

    @staticmethod
    def forward(ctx: Any, flag: Any, *tensors: Any) -> Any:
        ctx.save_for_backward(*tensors)
        return empty(0)

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        raise AssertionError("Did not expect to backward on this graph")


class _Region:
    """One run of a checkpointed function: what its ops wanted to save, by number."""

    early_stop = True
    complete = False

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        context: AbstractContextManager[Any],
        preserve: bool,
        compare: bool,
        logs: _Logs | None,
    ) -> None:
        self._function = function
        self._kwargs = kwargs
        self._context = context
        self._random = default_generator.get_state() if preserve else None
        self._compare = compare
        self._logs = logs
        self._kinds: list[Any] = []  # shape, dtype and device of what was to be saved
        self._holders: list[ref[_Holder]] = []
        self._found: dict[int, Any] = {}  # what was computed again ...
        self._pass: Any = None  # ... in this backward pass
        self._args = [None if isinstance(x, Tensor) else x for x in args]
        self._places = [i for i, x in enumerate(args) if isinstance(x, Tensor)]
        self._needs = [args[i].requires_grad for i in self._places]
        saved = _Inputs.apply(empty(0, requires_grad=True), *[args[i] for i in self._places])
        self._inputs = saved.grad_fn

    def pack(self, x: Any) -> _Holder:
        """Leave a tensor out."""
        holder = _Holder(len(self._holders))
        self._holders.append(ref(holder))
        self._kinds.append(_kind(x) if self._compare else None)
        return holder

    def unpack(self, holder: _Holder) -> Any:
        """Return a tensor that was left out."""
        task = local.state.task
        running = None if task is None else task[0]  # no two passes share the list, and it holds no graph
        if running is None or running is not self._pass or holder.number not in self._found:
            try:
                self._found = self._again()
            except CheckpointError as error:
                if self._logs is None:
                    raise
                raise CheckpointError(self._logs.text(error)) from error
            self._pass = running
        return self._found[holder.number]

    def _again(self) -> dict[int, Any]:
        """Run the function again and return what its ops want to save, by number."""
        found: dict[int, Any] = {}
        numbers = count()

        def pack(x: Any) -> Any:
            x = x.detach() if x.requires_grad else x
            number = next(numbers)
            if number >= len(self._holders):
                if not self.complete:  # a backward pass inside the function: the rest has not run yet
                    return x
                raise CheckpointError(
                    "torch.utils.checkpoint: trying to save more tensors during recomputation than during the "
                    f"original forward pass.\n{TIP}"
                )
            if self._holders[number]() is not None:
                found[number] = x
            if self.early_stop and number + 1 == len(self._holders):
                raise _Enough
            return x

        tensors = [x.detach().requires_grad_(n) if n else x for x, n in self._saved_inputs()]
        args = list(self._args)
        for i, x in zip(self._places, tensors, strict=True):
            args[i] = x
        recorder = listen(None)  # the player has shown the function already
        try:
            with _random_numbers_of(self._random), saved_tensors_hooks(pack, lambda x: x), enable_grad(), self._context:
                self._function(*args, **self._kwargs)
        except _Enough:
            pass
        finally:
            listen(recorder)
        self._check(found, next(numbers))
        return found

    def _saved_inputs(self) -> Iterable[tuple[Any, bool]]:
        return zip(self._inputs.saved_tensors, self._needs, strict=True)

    def _check(self, found: dict[int, Any], many: int) -> None:
        """Refuse what is other than it was the first time."""
        if many < len(self._holders):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {len(self._holders)}\nNumber of tensors "
                f"saved during recomputation: {many}.\n{TIP}"
            )
        if not self._compare:
            return
        different = "".join(
            f"tensor at position {i}:\nsaved metadata: {self._kinds[i]}\nrecomputed metadata: {_kind(x)}\n"
            for i, x in found.items()
            if self._kinds[i] != _kind(x)
        )
        if different:
            raise CheckpointError(
                "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than "
                f"during the forward pass.\n{different}.\n{TIP}"
            )


def _kind(x: Any) -> dict[str, Any]:
    return {"shape": x.shape, "dtype": x.dtype, "device": x.device}


class _Log(Behind):
    """Lists the ops that run."""

    def __init__(self, listener: Any, ops: list[str]) -> None:
        super().__init__(listener)
        self._ops = ops

    def forward(self, op: type[Any], *rest: Any) -> None:
        """An op ran."""
        self._ops.append(short_name(op))
        if self.listener is not None:
            self.listener.forward(op, *rest)


class _Logs:
    """The ops of both times, for an error to list."""

    def __init__(self) -> None:
        self.first: list[str] = []
        self.second: list[str] = []

    def contexts(self) -> Contexts:
        """Return what to compute in, the first and the second time."""
        return self._logging(self.first), self._logging(self.second)

    @contextmanager
    def _logging(self, ops: list[str]) -> Generator[None, None, None]:
        log = _Log(None, ops)
        log.listener = listen(log)
        try:
            yield
        finally:
            listen(log.listener)

    def text(self, error: CheckpointError) -> str:
        """Return the error with both lists, and where they part."""
        same = next((i for i, pair in enumerate(zip(self.first, self.second, strict=False)) if len(set(pair)) > 1), -1)
        lines = [
            "An error happened while unpacking tensors; dumping logs of latest computation because you passed "
            "`debug=True` to `torch.utils.checkpoint.checkpoint()`.",
            "Operations executed during the original forward:",
            *(f"    {op}" for op in self.first),
            "Operations executed during recomputation:",
            *(f"    {op}" for op in self.second),
        ]
        if same >= 0:
            lines.append(f"They part at op {same + 1}: {self.first[same]}, then {self.second[same]}.")
        return "\n".join([*lines, str(error)])


# --- With a backward of its own ------------------------------------------------------------------------------------


def detach_variable(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the tensors among ``inputs`` cut off from their graph, wanting a gradient as before.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import detach_variable
    >>> detach_variable((mg.ones(1, requires_grad=True) * 2, "as it is"))
    (tensor([2.], requires_grad=True), 'as it is')
    """
    if not isinstance(inputs, tuple):
        raise RuntimeError(f"Only tuple of tensors is supported. Got Unsupported input type: {type(inputs).__name__}")
    return tuple([x.detach().requires_grad_(x.requires_grad) if isinstance(x, Tensor) else x for x in inputs])


def check_backward_validity(inputs: Iterable[Any]) -> None:
    """Warn if no input wants a gradient: the reentrant way then gives none to anyone.

    Examples
    --------
    >>> from minigrad.utils.checkpoint import check_backward_validity
    >>> check_backward_validity([mg.ones(1, requires_grad=True)])
    """
    if not any(x.requires_grad for x in inputs if isinstance(x, Tensor)):
        warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", UserWarning, stacklevel=2)


class CheckpointFunction(Function):
    """A function as one node, whose backward runs the function again, and a backward pass through it."""

    @staticmethod
    def forward(ctx: Any, function: Callable[..., Any], preserve: bool, *args: Any) -> Any:
        """Run the function; recording is off here."""
        check_backward_validity(args)
        ctx.function = function
        ctx.random = default_generator.get_state() if preserve else None
        ctx.args = [None if isinstance(x, Tensor) else x for x in args]
        ctx.places = [i for i, x in enumerate(args) if isinstance(x, Tensor)]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        with no_grad():
            return function(*args)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Run the function again, recorded, and go back through it."""
        task = local.state.task
        if task is not None and task[3]:
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                ".backward() without passing the `inputs` argument."
            )
        args = list(ctx.args)
        for i, x in zip(ctx.places, ctx.saved_tensors, strict=True):
            args[i] = x
        inputs = detach_variable(tuple(args))
        with _random_numbers_of(ctx.random), enable_grad():
            outputs = ctx.function(*inputs)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        pairs = [
            (out, g) for out, g in zip(outputs, grads, strict=True) if isinstance(out, Tensor) and out.requires_grad
        ]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        run_backward([out for out, _ in pairs], [g for _, g in pairs])
        return None, None, *[x.grad if isinstance(x, Tensor) else None for x in inputs]
