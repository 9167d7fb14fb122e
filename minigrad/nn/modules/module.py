"""Module: what a layer and a whole network have in common. It knows its parameters and the modules inside it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import no_grad
from minigrad.autograd.node import RemovableHandle
from minigrad.nn.modules.watch import Watch
from minigrad.nn.parameter import Buffer, Parameter, is_lazy
from minigrad.ops.arguments import check_device
from minigrad.ops.arguments import device as Device

__all__ = ["Module"]

ModuleT = TypeVar("ModuleT", bound="Module")
Hook = Callable[..., Any]


class _IncompatibleKeys(NamedTuple):
    """What ``load_state_dict`` found missing, and what it had no use for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def _typename(value: object) -> str:
    """Return the name of a value's type as PyTorch writes it."""
    if isinstance(value, TensorBase):
        return f"torch.{dtypes.of(value._array.dtype).title}Tensor"
    kind = type(value)
    return kind.__qualname__ if kind.__module__ in ("builtins", "") else f"{kind.__module__}.{kind.__qualname__}"


def _checked_name(name: Any, kind: str) -> None:
    """Refuse what cannot name a parameter, a buffer or a module."""
    if not isinstance(name, str):
        raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
    if "." in name:
        raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
    if name == "":
        raise KeyError(f'{kind} name can\'t be empty string ""')


class Module:
    """The base of every layer and network: subclass it, make the parts in ``__init__``, use them in ``forward``.

    A ``Parameter`` or a ``Module`` that is assigned to an attribute is registered: ``parameters()`` finds it.

    Examples
    --------
    >>> class Line(mg.nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.slope = mg.nn.Parameter(mg.tensor(2.0))
    ...
    ...     def forward(self, x):
    ...         return self.slope * x
    >>> Line()(mg.tensor([1.0, 3.0]))
    tensor([2., 6.], grad_fn=<MulBackward0>)
    """

    training: bool

    def __init__(self) -> None:
        # Written into __dict__ directly: __setattr__ looks at what is made here.
        self.__dict__.update(
            training=True,
            _parameters={},
            _buffers={},
            _non_persistent_buffers_set=set(),
            _modules={},
            _forward_pre_hooks={},
            _forward_hooks={},
            _backward_pre_hooks={},
            _backward_hooks={},
            _state_dict_hooks={},
            _load_state_dict_pre_hooks={},
            _load_state_dict_post_hooks={},
        )

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; a subclass must define it."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        state = self.__dict__
        if (
            state["_forward_hooks"]
            or state["_forward_pre_hooks"]
            or state["_backward_hooks"]
            or state["_backward_pre_hooks"]
        ):
            return self._call_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for hook, with_kwargs in list(self._forward_pre_hooks.values()):
            if with_kwargs:
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
        watch = None
        if self._backward_hooks or self._backward_pre_hooks:
            watch = Watch(self, list(self._backward_hooks.values()), list(self._backward_pre_hooks.values()))
            args = watch.inputs(args)
        called: set[int] = set()
        try:
            result = self.forward(*args, **kwargs)
            for key, (hook, with_kwargs, always) in list(self._forward_hooks.items()):
                if always:
                    called.add(key)
                found = hook(self, args, kwargs, result) if with_kwargs else hook(self, args, result)
                result = result if found is None else found
        except Exception:
            for key, (hook, with_kwargs, always) in list(self._forward_hooks.items()):
                if always and key not in called:
                    hook(self, args, kwargs, None) if with_kwargs else hook(self, args, None)
            raise
        return result if watch is None else watch.outputs(result)

    # --- Attributes --------------------------------------------------------------------------------------------------

    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _modules: dict[str, Any]
    _forward_pre_hooks: dict[int, tuple[Hook, bool]]
    _forward_hooks: dict[int, tuple[Hook, bool, bool]]
    _backward_pre_hooks: dict[int, Hook]
    _backward_hooks: dict[int, Hook]
    _version: int = 1  # of how its state is written down; a later one may know names that an earlier one did not
    _state_dict_hooks: dict[int, Hook]
    _load_state_dict_pre_hooks: dict[int, Hook]
    _load_state_dict_post_hooks: dict[int, Hook]

    def __getattr__(self, name: str) -> Any:
        for kind in ("_parameters", "_buffers", "_modules"):
            found = self.__dict__.get(kind)
            if found is not None and name in found:
                return found[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        state = self.__dict__
        parameters, modules, buffers = state.get("_parameters"), state.get("_modules"), state.get("_buffers")
        if isinstance(value, Parameter):
            if parameters is None:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, "_parameters")
            self.register_parameter(name, value)
        elif parameters is not None and name in parameters:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{_typename(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)"
                )
            parameters[name] = None
        elif isinstance(value, Module):
            if modules is None:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, "_modules")
            modules[name] = value
        elif modules is not None and name in modules:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{_typename(value)}' as child module '{name}' (torch.nn.Module or None expected)"
                )
            modules[name] = None
        elif isinstance(value, Buffer):
            if buffers is None:
                raise AttributeError("cannot assign buffer before Module.__init__() call")
            self._forget(name, "_buffers")
            self.register_buffer(name, value, persistent=getattr(value, "persistent", True))
        elif buffers is not None and name in buffers:
            if value is not None and not isinstance(value, TensorBase):
                raise TypeError(
                    f"cannot assign '{_typename(value)}' as buffer '{name}' "
                    "(torch.nn.Buffer, torch.Tensor or None expected)"
                )
            buffers[name] = value
        else:
            object.__setattr__(self, name, value)

    def _forget(self, name: str, kept: str) -> None:
        """Make room for an attribute of the kind that ``kept`` names; one that was there keeps its place in the row."""
        for kind in ("_parameters", "_buffers", "_modules"):
            if kind != kept:
                self.__dict__[kind].pop(name, None)
        self.__dict__.pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __delattr__(self, name: str) -> None:
        for kind in (self._parameters, self._buffers, self._modules):
            if name in kind:
                del kind[name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def register_parameter(self, name: str, param: Any) -> None:
        """Add a parameter under a name.

        Parameters
        ----------
        name : str
            It becomes an attribute.
        param : Parameter or None
            None says that there is none: it is not in ``state_dict``.

        Raises
        ------
        KeyError
            If the name is taken, empty, or has a dot.
        TypeError
            If ``param`` is no Parameter.
        """
        if "_parameters" not in self.__dict__:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        _checked_name(name, "parameter")
        if hasattr(self, name) and name not in self._parameters:
            raise KeyError(f"attribute '{name}' already exists")
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{_typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. "
                f"To express '{name}' as a function of another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Add a tensor that belongs to the state but is not learned, such as a running mean.

        Parameters
        ----------
        name : str
            It becomes an attribute.
        tensor : Tensor or None
            Its value.
        persistent : bool
            Whether ``state_dict`` holds it.

        Raises
        ------
        KeyError
            If the name is taken, empty, or has a dot.
        TypeError
            If ``tensor`` is no tensor.
        """
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        _checked_name(name, "buffer")
        if hasattr(self, name) and name not in self._buffers:
            raise KeyError(f"attribute '{name}' already exists")
        if tensor is not None and not isinstance(tensor, TensorBase):
            raise TypeError(
                f"cannot assign '{_typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Any) -> None:
        """Add a module inside this one, under a name.

        Parameters
        ----------
        name : str
            It becomes an attribute.
        module : Module or None
            The child.

        Raises
        ------
        KeyError
            If the name is taken, empty, or has a dot.
        TypeError
            If ``module`` is no Module.
        """
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{_typename(module)} is not a Module subclass")
        _checked_name(name, "module")
        if hasattr(self, name) and name not in self._modules:
            raise KeyError(f"attribute '{name}' already exists")
        self._modules[name] = module

    def register_module(self, name: str, module: Any) -> None:
        """Add a module inside this one; another name of ``add_module``."""
        self.add_module(name, module)

    # --- Walking through the tree ------------------------------------------------------------------------------------

    def named_modules(
        self, memo: set[Any] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Yield this module and all inside it, each with its dotted name; one that is used twice once."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self) -> Iterator[Any]:
        """Yield this module and all inside it."""
        for _, module in self.named_modules():
            yield module

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """Yield the modules directly inside this one, with their names."""
        seen = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def children(self) -> Iterator[Any]:
        """Yield the modules directly inside this one."""
        for _, child in self.named_children():
            yield child

    def _named_members(
        self, kind: str, prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in getattr(module, kind).items():
                if value is None or id(value) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(value))
                yield (f"{path}.{name}" if path else name), value

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Yield the parameters of this module and all inside it, each with its dotted name."""
        yield from self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Any]:
        """Yield the parameters of this module and all inside it: what an optimizer is given."""
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Yield the buffers of this module and all inside it, each with its dotted name."""
        yield from self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Any]:
        """Yield the buffers of this module and all inside it."""
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def get_submodule(self, target: str) -> Any:
        """Return the module at a dotted name; this one for ``""``."""
        module = self
        for name in target.split(".") if target else ():
            if not hasattr(module, name):
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = getattr(module, name)
            if not isinstance(module, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return module

    def get_parameter(self, target: str) -> Any:
        """Return the parameter at a dotted name."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        found = getattr(module, name)
        if not isinstance(found, Parameter):
            raise AttributeError(f"`{name}` is not an nn.Parameter")
        return found

    def get_buffer(self, target: str) -> Any:
        """Return the buffer at a dotted name."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if not hasattr(module, name):
            raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
        if name not in module._buffers:
            raise AttributeError(f"`{name}` is not a buffer")
        return module._buffers[name]

    def apply(self: ModuleT, fn: Callable[[Any], Any]) -> ModuleT:
        """Call ``fn`` on every module inside this one, then on itself; used to initialise weights."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # --- Modes, dtype, gradients -------------------------------------------------------------------------------------

    def train(self: ModuleT, mode: bool = True) -> ModuleT:
        """Set training mode, which Dropout and BatchNorm look at, here and in all modules inside."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self: ModuleT) -> ModuleT:
        """Leave training mode; the same as ``train(False)``."""
        return self.train(False)

    def requires_grad_(self: ModuleT, requires_grad: bool = True) -> ModuleT:
        """Say whether the parameters get gradients: False freezes them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the parameters' gradients, or set them to zeros."""
        for parameter in self.parameters():
            grad = parameter._grad
            if grad is None:
                continue
            if set_to_none:
                parameter.grad = None
            else:
                grad.detach_() if grad.grad_fn is not None else grad.requires_grad_(False)
                grad.zero_()

    def _apply(self: ModuleT, fn: Callable[[Any], Any]) -> ModuleT:
        """Replace the numbers of every parameter, gradient and buffer by ``fn`` of them."""
        for child in self.children():
            child._apply(fn)
        for parameter in self._parameters.values():
            if parameter is None:
                continue
            with no_grad():
                grad = parameter._grad
                parameter._grad = None
                parameter.data = fn(parameter.data)
                if grad is not None:
                    parameter._grad = fn(grad).requires_grad_(grad.requires_grad)
        for name, buffer in self._buffers.items():
            if buffer is not None:
                self._buffers[name] = fn(buffer)
        return self

    def to(self: ModuleT, *args: Any, **kwargs: Any) -> ModuleT:
        """Change the dtype of the floating parameters and buffers, in place; the device can only be the CPU.

        Parameters
        ----------
        *args : dtype, device or Tensor
            What to become, or a tensor that is so.
        **kwargs : optional
            ``dtype=`` and ``device=``; ``non_blocking=`` is accepted.

        Returns
        -------
        Module
            This one.

        Raises
        ------
        TypeError
            If the dtype is not a floating one.
        RuntimeError
            If the device is not the CPU.
        """
        dtype = kwargs.get("dtype")
        check_device(kwargs.get("device"))
        for given in args:
            if isinstance(given, dtypes.dtype):
                dtype = given
            elif isinstance(given, TensorBase):
                dtype = dtypes.of(given._array.dtype)
            elif isinstance(given, (str, Device)):
                check_device(given)
        if dtype is None:
            return self
        if not (dtype.is_floating_point or dtype.is_complex):
            raise TypeError(
                f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}"
            )
        return self._floats_to(dtype)

    def _floats_to(self: ModuleT, dtype: Any) -> ModuleT:
        return self._apply(lambda t: t.to(dtype) if t.is_floating_point() else t)

    def type(self: ModuleT, dst_type: Any) -> ModuleT:
        """Change the dtype of all parameters and buffers."""
        return self._apply(lambda t: t.type(dst_type))

    def float(self: ModuleT) -> ModuleT:
        """Change floating parameters and buffers to float32."""
        return self._floats_to(dtypes.float32)

    def double(self: ModuleT) -> ModuleT:
        """Change floating parameters and buffers to float64."""
        return self._floats_to(dtypes.float64)

    def half(self: ModuleT) -> ModuleT:
        """Change floating parameters and buffers to float16."""
        return self._floats_to(dtypes.float16)

    def cpu(self: ModuleT) -> ModuleT:
        """Return the module: it is on the CPU."""
        return self

    def cuda(self: ModuleT, device: Any = None) -> ModuleT:
        """Refuse: there is only the CPU."""
        check_device("cuda")
        return self

    def share_memory(self: ModuleT) -> ModuleT:
        """Return the module; there are no other processes to share with."""
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: a module runs as it is written."""

    # --- State -------------------------------------------------------------------------------------------------------

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
        return [f"{path}.{name}" if path else name for name, _ in self._own_state()]

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

    # --- Hooks -------------------------------------------------------------------------------------------------------

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
        return _hang(self._forward_pre_hooks, (hook, with_kwargs), prepend)

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
        return _hang(self._forward_hooks, (hook, with_kwargs, always_call), prepend)

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
        return _hang(self._backward_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(module, state_dict, prefix, metadata)`` on what ``state_dict`` returns."""
        return RemovableHandle(self._state_dict_hooks, hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook`` with the module and all arguments of the loading, before it."""
        return RemovableHandle(self._load_state_dict_pre_hooks, hook)

    def register_load_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(module, incompatible_keys)`` after loading."""
        return RemovableHandle(self._load_state_dict_post_hooks, hook)

    # --- As text -----------------------------------------------------------------------------------------------------

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """Return what stands between the brackets of the module's ``repr``: its settings."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {_indented(repr(child))}" for name, child in self._modules.items()]
        if len(lines) == 1 and not children:
            return f"{self._get_name()}({lines[0]})"
        body = "".join(f"\n  {line}" for line in lines + children)
        return f"{self._get_name()}({body}\n)" if body else f"{self._get_name()}()"

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def _size(tensor: TensorBase) -> str:
    return f"torch.Size({list(tensor._array.shape)})"


def _indented(text: str) -> str:
    """Move all lines but the first two columns to the right."""
    return text.replace("\n", "\n  ")


def _hang(hooks: dict[int, Any], entry: Any, prepend: bool) -> RemovableHandle:
    """Add a hook to the end of the row, or to its beginning."""
    handle = RemovableHandle(hooks, entry)
    if prepend:
        others = {key: hooks.pop(key) for key in list(hooks) if key != handle.id}
        hooks.update(others)
    return handle
