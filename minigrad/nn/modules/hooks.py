"""A module's hooks: what is called before and after ``forward``, and when gradients pass; of one module, or of all."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.autograd.node import RemovableHandle
from minigrad.nn.modules.watch import Watch

__all__ = [
    "register_module_backward_hook",
    "register_module_buffer_registration_hook",
    "register_module_forward_hook",
    "register_module_forward_pre_hook",
    "register_module_full_backward_hook",
    "register_module_full_backward_pre_hook",
    "register_module_module_registration_hook",
    "register_module_parameter_registration_hook",
]

Hook = Callable[..., Any]

# The hooks of all modules, each with its kind. They stand in one row, so that a call asks once whether there are any.
EVERYWHERE: dict[int, tuple[str, Hook]] = {}
REGISTRATIONS: dict[int, tuple[str, Hook]] = {}
_with_kwargs: set[int] = set()  # which of them want the named arguments too
_always_called: set[int] = set()  # and which an error does not keep from being called


def _of_all(kind: str) -> list[tuple[int, Hook]]:
    return [(key, hook) for key, (its_kind, hook) in EVERYWHERE.items() if its_kind == kind]


def registered(kind: str, module: Any, name: str, value: Any) -> Any:
    """Return what the registration hooks of a kind make of a parameter, a buffer or a module."""
    for its_kind, hook in list(REGISTRATIONS.values()):
        if its_kind == kind:
            found = hook(module, name, value)
            value = value if found is None else found
    return value


class Hooked:
    """The part of ``Module`` that keeps hooks and calls them around ``forward``."""

    forward: Any
    _forward_pre_hooks: OrderedDict[int, Hook]
    _forward_pre_hooks_with_kwargs: set[int]
    _forward_hooks: OrderedDict[int, Hook]
    _forward_hooks_with_kwargs: set[int]
    _forward_hooks_always_called: set[int]
    _backward_pre_hooks: OrderedDict[int, Hook]
    _backward_hooks: OrderedDict[int, Hook]
    _is_full_backward_hook: bool | None = None  # False: they are called at the node that made the output

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call ``forward`` and all hooks, those of every module before this one's own."""
        for key, hook in _of_all("forward pre") + list(self._forward_pre_hooks.items()):
            if key in self._forward_pre_hooks_with_kwargs:
                found = hook(self, args, kwargs)
                if found is not None:
                    if not (isinstance(found, tuple) and len(found) == 2):
                        raise RuntimeError(
                            f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {found}."
                        )
                    args, kwargs = found
            else:
                found = hook(self, args)
                if found is not None:
                    args = found if isinstance(found, tuple) else (found,)
        own = list(self._backward_hooks.values())
        full = [hook for _, hook in _of_all("full backward")] + (own if self._is_full_backward_hook else [])
        plain = [hook for _, hook in _of_all("backward")] + ([] if self._is_full_backward_hook else own)
        before = [hook for _, hook in _of_all("backward pre")] + list(self._backward_pre_hooks.values())
        watch = None
        if full or before:
            watch = Watch(self, full, before)
            args = watch.inputs(args)
        called: set[int] = set()
        result = None
        try:
            result = self.forward(*args, **kwargs)
            for key, hook in self._after():
                called.add(key)
                found = self._tell(key, hook, args, kwargs, result)
                result = result if found is None else found
        except Exception:
            self._call_what_is_always_called(called, args, kwargs, result)
            raise
        if watch is not None:
            result = watch.outputs(result)
        if plain:
            _hook_the_node(plain, self, args, result)
        return result

    def _after(self) -> list[tuple[int, Hook]]:
        return _of_all("forward") + list(self._forward_hooks.items())

    def _tell(self, key: int, hook: Hook, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> Any:
        if key in self._forward_hooks_with_kwargs or key in _with_kwargs:
            return hook(self, args, kwargs, result)
        return hook(self, args, result)

    def _call_what_is_always_called(
        self, called: set[int], args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        """Call the hooks that an error does not keep from being called; an error of theirs is only told."""
        for key, hook in self._after():
            if key in called or not (key in self._forward_hooks_always_called or key in _always_called):
                continue
            whose = "global module" if key in EVERYWHERE else "module"
            try:
                self._tell(key, hook, args, kwargs, result)
            except Exception as error:
                warnings.warn(
                    f"{whose} forward hook with ``always_call=True`` raised an exception that was silenced as another "
                    f"error was raised in forward: {error}",
                    stacklevel=4,
                )

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before ``forward``; what it returns takes the arguments' place.

        Parameters
        ----------
        hook : callable
            It returns None, one argument, or a tuple of them.
        prepend : bool
            Call it before the other hooks.
        with_kwargs : bool
            Call ``hook(module, args, kwargs)``, which returns None or a pair of both.

        Returns
        -------
        RemovableHandle
        """
        handle = _hang(self._forward_pre_hooks, hook, prepend)
        if with_kwargs:
            self._forward_pre_hooks_with_kwargs.add(handle.id)
        return handle

    def register_forward_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after ``forward``; what it returns takes the output's place.

        Parameters
        ----------
        hook : callable
            It returns None or another output.
        prepend : bool
            Call it before the other hooks.
        with_kwargs : bool
            Call ``hook(module, args, kwargs, output)``.
        always_call : bool
            Call it even if ``forward`` raised.

        Returns
        -------
        RemovableHandle
        """
        handle = _hang(self._forward_hooks, hook, prepend)
        if with_kwargs:
            self._forward_hooks_with_kwargs.add(handle.id)
        if always_call:
            self._forward_hooks_always_called.add(handle.id)
        return handle

    def register_full_backward_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` once the gradient of the output is known.

        Parameters
        ----------
        hook : callable
            It returns None, or a tuple of gradients to go on with.
        prepend : bool
            Call it before the other hooks.

        Returns
        -------
        RemovableHandle
        """
        return _hang(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` once the gradients of the inputs are known.

        Parameters
        ----------
        hook : callable
            It returns None, or a tuple that takes the place of ``grad_input``.
        prepend : bool
            Call it before the other hooks.

        Returns
        -------
        RemovableHandle
        """
        self._one_kind_of_backward_hook(full=True)
        return _hang(self._backward_hooks, hook, prepend)

    def register_backward_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` at the node that made the output; PyTorch advises against it.

        Parameters
        ----------
        hook : callable
            It sees the gradients of the last operation of ``forward`` alone; it may return others for its inputs.

        Returns
        -------
        RemovableHandle
        """
        self._one_kind_of_backward_hook(full=False)
        return RemovableHandle(self._backward_hooks, hook)

    def _one_kind_of_backward_hook(self, full: bool) -> None:
        if self._is_full_backward_hook is (not full):
            raise RuntimeError(
                "Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only "
                "one of them."
            )
        self.__dict__["_is_full_backward_hook"] = full


def _hook_the_node(hooks: list[Hook], module: Any, args: tuple[Any, ...], result: Any) -> None:
    """Let hooks see the gradients of the node that made a module's output."""
    out = result
    while not isinstance(out, TensorBase):
        out = next(v for v in out.values() if isinstance(v, TensorBase)) if isinstance(out, dict) else out[0]
    node: Any = out.grad_fn  # type: ignore[attr-defined]
    if node is None:
        return
    for hook in hooks:
        node.register_hook(lambda left, arrived, hook=hook: hook(module, left, arrived))
    tensors: list[Any] = [x for x in args if isinstance(x, TensorBase)]
    inputs = {x.grad_fn for x in tensors if x.grad_fn is not None}
    if inputs != {node for node, _ in node.next_functions}:
        warnings.warn(
            "Using a non-full backward hook when the forward contains multiple autograd Nodes is deprecated and will "
            "be removed in future versions. This hook will be missing some grad_input. Please use "
            "register_full_backward_hook to get the documented behavior.",
            FutureWarning,
            stacklevel=4,
        )


def _hang(hooks: OrderedDict[int, Hook], hook: Hook, prepend: bool) -> RemovableHandle:
    """Add a hook to the end of the row, or to its beginning."""
    handle = RemovableHandle(hooks, hook)
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle


# --- Of all modules --------------------------------------------------------------------------------------------------


def register_module_forward_pre_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, args)`` before the ``forward`` of every module.

    Parameters
    ----------
    hook : callable
        As of ``Module.register_forward_pre_hook``; it is called before the module's own.

    Returns
    -------
    RemovableHandle
        Remove it: until then the hook sees the modules of the whole process.

    Examples
    --------
    >>> from minigrad.nn.modules.module import register_module_forward_pre_hook
    >>> with register_module_forward_pre_hook(lambda module, args: print(module)):
    ...     y = mg.nn.ReLU()(mg.ones(2))
    ReLU()
    """
    return RemovableHandle(EVERYWHERE, ("forward pre", hook))  # type: ignore[arg-type]


def register_module_forward_hook(
    hook: Hook, *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Call ``hook(module, args, output)`` after the ``forward`` of every module.

    Parameters
    ----------
    hook : callable
        As of ``Module.register_forward_hook``; it is called before the module's own.
    with_kwargs, always_call : bool
        As there.

    Returns
    -------
    RemovableHandle
        Remove it: until then the hook sees the modules of the whole process.

    Examples
    --------
    >>> from minigrad.nn.modules.module import register_module_forward_hook
    >>> with register_module_forward_hook(lambda module, args, output: print(module, tuple(output.shape))):
    ...     y = mg.nn.Sequential(mg.nn.Linear(2, 3), mg.nn.ReLU())(mg.ones(4, 2)).sum()
    Linear(in_features=2, out_features=3, bias=True) (4, 3)
    ReLU() (4, 3)
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    ) (4, 3)
    """
    handle = RemovableHandle(EVERYWHERE, ("forward", hook))  # type: ignore[arg-type]
    if with_kwargs:
        _with_kwargs.add(handle.id)
    if always_call:
        _always_called.add(handle.id)
    return handle


def register_module_full_backward_pre_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, grad_output)`` when the gradient of any module's output is known.

    Parameters
    ----------
    hook : callable
        As of ``Module.register_full_backward_pre_hook``; it is called before the module's own.

    Returns
    -------
    RemovableHandle
    """
    return RemovableHandle(EVERYWHERE, ("backward pre", hook))  # type: ignore[arg-type]


def register_module_full_backward_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, grad_input, grad_output)`` when the gradients of any module's inputs are known.

    Parameters
    ----------
    hook : callable
        As of ``Module.register_full_backward_hook``; it is called before the module's own.

    Returns
    -------
    RemovableHandle
    """
    return RemovableHandle(EVERYWHERE, ("full backward", hook))  # type: ignore[arg-type]


def register_module_backward_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, grad_input, grad_output)`` at the node that made any module's output.

    Parameters
    ----------
    hook : callable
        As of ``Module.register_backward_hook``, which PyTorch advises against.

    Returns
    -------
    RemovableHandle
    """
    return RemovableHandle(EVERYWHERE, ("backward", hook))  # type: ignore[arg-type]


def register_module_parameter_registration_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, name, parameter)`` when any module is given a parameter.

    Parameters
    ----------
    hook : callable
        It returns None, or a parameter to register instead.

    Returns
    -------
    RemovableHandle
    """
    return RemovableHandle(REGISTRATIONS, ("parameter", hook))  # type: ignore[arg-type]


def register_module_buffer_registration_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, name, buffer)`` when any module is given a buffer.

    Parameters
    ----------
    hook : callable
        It returns None, or a buffer to register instead.

    Returns
    -------
    RemovableHandle
    """
    return RemovableHandle(REGISTRATIONS, ("buffer", hook))  # type: ignore[arg-type]


def register_module_module_registration_hook(hook: Hook) -> RemovableHandle:
    """Call ``hook(module, name, submodule)`` when any module is given one inside it.

    Parameters
    ----------
    hook : callable
        It returns None, or a module to register instead.

    Returns
    -------
    RemovableHandle
    """
    return RemovableHandle(REGISTRATIONS, ("module", hook))  # type: ignore[arg-type]
