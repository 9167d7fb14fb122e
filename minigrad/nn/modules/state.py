"""A module's state: what ``state_dict`` writes down and ``load_state_dict`` reads again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import no_grad
from minigrad.autograd.node import RemovableHandle
from minigrad.nn.parameter import Parameter, is_lazy

Hook = Callable[..., Any]


class _IncompatibleKeys(NamedTuple):
    """What ``load_state_dict`` found missing, and what it had no use for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Stateful:
    """The part of ``Module`` that writes its parameters and buffers down by their dotted names, and reads them."""

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _modules: dict[str, Any]
    _version: int = 1  # of how the state is written down; a later one may know names that an earlier one did not
    _state_dict_pre_hooks: dict[int, Any]
    _state_dict_hooks: dict[int, Any]
    _load_state_dict_pre_hooks: dict[int, Any]
    _load_state_dict_post_hooks: dict[int, Any]
    named_modules: Any

    def state_dict(self, *args: Any, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """Return all parameters and persistent buffers by their dotted names.

        Parameters
        ----------
        *args : optional
            ``destination``, ``prefix`` and ``keep_vars`` in this order, as programs of old wrote it.
        destination : dict, optional
            Filled and returned.
        prefix : str
            Put before each name.
        keep_vars : bool
            Return the parameters themselves, not tensors without history on the same memory.

        Returns
        -------
        OrderedDict of str to Tensor

        Examples
        --------
        >>> list(mg.nn.Linear(2, 1).state_dict())
        ['weight', 'bias']
        """
        if args:
            given = [*args, *(destination, prefix, keep_vars)[len(args) :]]
            destination, prefix, keep_vars = given
        out: Any = OrderedDict() if destination is None else destination
        if destination is None:
            out._metadata = OrderedDict()
        for hook in self._state_dict_pre_hooks.values():
            hook(self, prefix, keep_vars)
        about = {"version": self._version}
        if hasattr(out, "_metadata"):
            out._metadata[prefix[:-1]] = about
        self._save_to_state_dict(out, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(destination=out, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._state_dict_hooks.values():
            hook(self, out, prefix, about)
        return out

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Write this module's own parameters and buffers into ``destination``."""
        for name, value in self._own_state():
            destination[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()
        if self._has_more("get_extra_state"):
            destination[f"{prefix}_extra_state"] = self.get_extra_state()

    def _has_more(self, method: str) -> bool:
        """Return whether the class says what else belongs to its state."""
        return getattr(type(self), method) is not getattr(Stateful, method)

    def get_extra_state(self) -> Any:
        """Return what else belongs to the state, under the name ``_extra_state``; a subclass may define it.

        Returns
        -------
        object
            Anything that can be pickled; ``set_extra_state`` is given it when a state is loaded.
        """
        raise RuntimeError(
            "Reached a code path in Module.get_extra_state() that should never be called. Only a class that defines "
            "get_extra_state has any."
        )

    def set_extra_state(self, state: Any) -> None:
        """Take what ``get_extra_state`` returned; a subclass that defines the one defines the other.

        Parameters
        ----------
        state : object
            What stood in the state under ``_extra_state``.
        """
        raise RuntimeError(
            "Reached a code path in Module.set_extra_state() that should never be called. Only a class that defines "
            "set_extra_state can be given any."
        )

    def _own_state(self) -> Iterator[tuple[str, Any]]:
        for name, parameter in self._parameters.items():
            if parameter is not None:
                yield name, parameter
        for name, buffer in self._buffers.items():
            if buffer is not None and name not in self._non_persistent_buffers_set:
                yield name, buffer

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Copy parameters and buffers from what ``state_dict`` returned.

        Parameters
        ----------
        state_dict : mapping of str to Tensor
            By dotted names.
        strict : bool
            Whether names must match exactly.
        assign : bool
            Take the tensors themselves instead of copying their numbers.

        Returns
        -------
        namedtuple
            ``missing_keys`` and ``unexpected_keys``.

        Raises
        ------
        RuntimeError
            If names (when strict) or shapes do not match.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        given, metadata = OrderedDict(state_dict), getattr(state_dict, "_metadata", {})
        missing: list[str] = []
        unexpected: list[str] = []
        errors: list[str] = []
        for path, module in self.named_modules(remove_duplicate=False):
            prefix = f"{path}." if path else ""
            about = {**metadata.get(path, {}), "assign": assign}
            for hook in module._load_state_dict_pre_hooks.values():
                hook(module, given, prefix, about, strict, missing, unexpected, errors)
            module._load_from_state_dict(given, prefix, about, strict, missing, unexpected, errors)
        known = {name for path, module in self.named_modules(remove_duplicate=False) for name in module._keys(path)}
        unexpected += [key for key in given if key not in known]
        incompatible = _IncompatibleKeys(missing, unexpected)
        for _, module in self.named_modules():
            for hook in module._load_state_dict_post_hooks.values():
                hook(module, incompatible)
        if strict and unexpected:
            errors.insert(0, "Unexpected key(s) in state_dict: {}. ".format(", ".join(f'"{k}"' for k in unexpected)))
        if strict and missing:
            errors.insert(0, "Missing key(s) in state_dict: {}. ".format(", ".join(f'"{k}"' for k in missing)))
        if errors:
            raise RuntimeError(
                "Error(s) in loading state_dict for {}:\n\t{}".format(type(self).__name__, "\n\t".join(errors))
            )
        return incompatible

    def _keys(self, path: str) -> list[str]:
        names = [name for name, _ in self._own_state()] + ["_extra_state"] * self._has_more("set_extra_state")
        return [f"{path}.{name}" if path else name for name in names]

    def _load_from_state_dict(
        self,
        state_dict: Mapping[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Copy this module's own parameters and buffers, and note what did not fit."""
        for name, value in self._own_state():
            key = prefix + name
            if key not in state_dict:
                missing_keys.append(key)
                continue
            given = state_dict[key]
            if not isinstance(given, TensorBase):
                error_msgs.append(
                    f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from '
                    f"checkpoint but received {type(given)}"
                )
            elif is_lazy(value):
                continue  # so is what is given: there are no numbers to copy
            elif given.shape != value.shape:  # type: ignore[attr-defined]
                error_msgs.append(
                    f"size mismatch for {key}: copying a param with shape {_size(given)} from checkpoint, the shape in "
                    f"current model is {_size(value)}."
                )
            elif local_metadata.get("assign"):
                setattr(self, name, Parameter(given, value.requires_grad) if name in self._parameters else given)
            else:
                with no_grad():
                    value.copy_(given)
        if self._has_more("set_extra_state"):
            key = f"{prefix}_extra_state"
            if key in state_dict:
                self.set_extra_state(state_dict[key])
            else:
                missing_keys.append(key)

    def register_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(module, prefix, keep_vars)`` before ``state_dict`` reads the module."""
        return RemovableHandle(self._state_dict_pre_hooks, hook)

    def register_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(module, state_dict, prefix, metadata)`` on what ``state_dict`` returns."""
        return RemovableHandle(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook`` with the module and all arguments of the loading, before it."""
        return RemovableHandle(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(module, incompatible_keys)`` after loading."""
        return RemovableHandle(self._load_state_dict_post_hooks, hook)


def _size(tensor: TensorBase) -> str:
    return f"torch.Size({list(tensor._array.shape)})"
