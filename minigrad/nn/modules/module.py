"""Module: what a layer and a whole network have in common. It knows its parameters and the modules inside it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.autograd.grad_mode import no_grad
from minigrad.nn.modules import hooks
from minigrad.nn.modules.hooks import *  # noqa: F403  # their home in PyTorch is here
from minigrad.nn.modules.state import Stateful
from minigrad.nn.parameter import Buffer, Parameter
from minigrad.ops.arguments import check_device
from minigrad.ops.arguments import device as Device

__all__ = ["Module", *hooks.__all__]

ModuleT = TypeVar("ModuleT", bound="Module")


def _typename(value: object) -> str:
    """Return the name of a value's type as PyTorch writes it."""
    if isinstance(value, TensorBase):
        return f"torch.{dtypes.of(value._array.dtype).title}Tensor"
    kind = value if isinstance(value, type) else type(value)
    return kind.__qualname__ if kind.__module__ in ("builtins", "") else f"{kind.__module__}.{kind.__qualname__}"


def _checked_name(name: Any, kind: str) -> None:
    """Refuse what cannot name a parameter, a buffer or a module."""
    if not isinstance(name, str):
        raise TypeError(f"{kind} name should be a string. Got {type(name).__name__}")
    if "." in name:
        raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
    if name == "":
        raise KeyError(f'{kind} name can\'t be empty string ""')


class Module(hooks.Hooked, Stateful):
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
            _forward_pre_hooks=OrderedDict(),
            _forward_pre_hooks_with_kwargs=set(),
            _forward_hooks=OrderedDict(),
            _forward_hooks_with_kwargs=set(),
            _forward_hooks_always_called=set(),
            _backward_pre_hooks=OrderedDict(),
            _backward_hooks=OrderedDict(),
            _state_dict_pre_hooks={},
            _state_dict_hooks={},
            _load_state_dict_pre_hooks={},
            _load_state_dict_post_hooks={},
        )

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; a subclass must define it."""
        if type(self).__name__ in ("ParameterList", "ParameterDict"):
            raise RuntimeError(f"{type(self).__name__} should not be called.")
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        state = self.__dict__
        if (
            state["_forward_hooks"]
            or state["_forward_pre_hooks"]
            or state["_backward_hooks"]
            or state["_backward_pre_hooks"]
            or hooks.EVERYWHERE
        ):
            return self._call_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    # --- Attributes --------------------------------------------------------------------------------------------------

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
            modules[name] = hooks.registered("module", self, name, value) if hooks.REGISTRATIONS else value
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
        self._parameters[name] = hooks.registered("parameter", self, name, param) if hooks.REGISTRATIONS else param

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
        self._buffers[name] = hooks.registered("buffer", self, name, tensor) if hooks.REGISTRATIONS else tensor
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
        self._modules[name] = hooks.registered("module", self, name, module) if hooks.REGISTRATIONS else module

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

    def set_submodule(self, target: str, module: Any, strict: bool = False) -> None:
        """Put a module at a dotted name; ``strict`` asks that one is there already."""
        if target == "":
            raise ValueError("Cannot set the submodule without a target name!")
        if not isinstance(module, Module):
            raise ValueError(f"`module` is not an nn.Module, found {type(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict and not hasattr(parent, name):
            raise AttributeError(f"{parent._get_name()} has no attribute `{name}`")
        if hasattr(parent, name) and not isinstance(getattr(parent, name), Module):
            raise AttributeError(f"`{name}` is not an nn.Module")
        setattr(parent, name, module)

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


def _indented(text: str) -> str:
    """Move all lines but the first two columns to the right."""
    return text.replace("\n", "\n  ")
