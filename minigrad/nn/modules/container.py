"""Modules that hold modules: in a row, in a list, in a dict; and lists and dicts of parameters."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from minigrad import dtypes
from minigrad.autograd.base import TensorBase
from minigrad.nn.modules.module import Module, _indented
from minigrad.nn.parameter import Parameter

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]


class _Row(Module):
    """What Sequential and ModuleList share: children named "0", "1", ... in their order."""

    def _place(self, index: Any) -> int:
        place: int = operator.index(index)
        if not -len(self) <= place < len(self):
            raise IndexError(f"index {place} is out of range")
        return place % len(self)

    def _set(self, modules: Iterable[Any]) -> None:
        """Take these as the children, numbered anew."""
        self._modules = {str(i): module for i, module in enumerate(modules)}

    def __getitem__(self, index: Any) -> Any:
        children = list(self._modules.values())
        if isinstance(index, slice):
            return self._like(list(self._modules.items())[index])
        return children[self._place(index)]

    def _like(self, items: list[tuple[str, Any]]) -> Any:
        """Return a row of these modules."""
        return ModuleList(module for _, module in items)

    def __setitem__(self, index: Any, module: Any) -> None:
        setattr(self, list(self._modules)[self._place(index)], module)

    def __delitem__(self, index: Any) -> None:
        children = list(self._modules.values())
        del children[index if isinstance(index, slice) else self._place(index)]
        self._set(children)

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def append(self, module: Any) -> Any:
        """Add a module at the end.

        Parameters
        ----------
        module : Module
            The last child from here on.

        Returns
        -------
        Module
            This one.
        """
        self.add_module(str(len(self)), module)
        return self

    def insert(self, index: int, module: Any) -> Any:
        """Put a module before the one at ``index``.

        Parameters
        ----------
        index : int
            Its place.
        module : Module
            The child.

        Returns
        -------
        Module
            This one.
        """
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {Module}")
        if not -len(self) <= index <= len(self):
            raise IndexError(f"Index out of range: {index}")
        n = len(self)
        index += n if index < 0 else 0
        children = list(self._modules.values())
        children.insert(index, module)
        names = [*list(self._modules)[:index], *map(str, range(index, n + 1))]  # those in front keep theirs
        self._modules = dict(zip(names, children, strict=True))
        return self

    def extend(self, modules: Any) -> Any:
        """Add several modules at the end.

        Parameters
        ----------
        modules : iterable of Module
            In their order.

        Returns
        -------
        Module
            This one.
        """
        for module in list(modules):
            self.append(module)
        return self

    def pop(self, key: int) -> Any:
        """Take the module at ``key`` out, and return it."""
        module = self[key]
        del self[key]
        return module


class Sequential(_Row):
    """Modules in a row: the output of each is the input of the next.

    Parameters
    ----------
    *args : Module, or one OrderedDict of str to Module
        In the order in which they are called; a dict gives them names.

    Examples
    --------
    >>> net = mg.nn.Sequential(mg.nn.Linear(2, 3), mg.nn.ReLU(), mg.nn.Linear(3, 1))
    >>> net(mg.ones(5, 2)).shape
    torch.Size([5, 1])
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            for i, module in enumerate(args):
                self.add_module(str(i), module)

    def forward(self, input: Any) -> Any:
        """Call one module after the other."""
        for module in self:
            input = module(input)
        return input

    def _like(self, items: list[tuple[str, Any]]) -> Any:
        return type(self)(dict(items))

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, Sequential):
            raise ValueError(f"add operator supports only objects of Sequential class, but {type(other)} is given.")
        return Sequential(*self, *other)

    def __iadd__(self, other: Any) -> Any:
        return self.extend(other)

    def __mul__(self, times: int) -> Any:
        return Sequential(*(list(self) * times))

    __rmul__ = __mul__


class ModuleList(_Row):
    """A list of modules, each of which is registered. It has no ``forward``: call them as you like.

    Parameters
    ----------
    modules : iterable of Module, optional
        The first ones.

    Examples
    --------
    >>> mg.nn.ModuleList([mg.nn.Linear(2, 2) for _ in range(3)])
    ModuleList(
      (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
    )
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __add__(self, other: Any) -> Any:
        return ModuleList(chain(self, other))

    def __iadd__(self, other: Any) -> Any:
        return self.extend(other)

    def __repr__(self) -> str:
        texts = [repr(module) for module in self]
        if not texts:
            return f"{self._get_name()}()"
        runs: list[list[Any]] = []  # first, last, text: equal neighbours are written once
        for i, text in enumerate(texts):
            if runs and runs[-1][2] == text:
                runs[-1][1] = i
            else:
                runs.append([i, i, text])
        lines = []
        for first, last, text in runs:
            name, times = (f"({first})", "") if first == last else (f"({first}-{last})", f"{last - first + 1} x ")
            lines.append("\n  " + _indented(f"{name}: {times}{text}"))
        return f"{self._get_name()}({''.join(lines)}\n)"


class ModuleDict(Module):
    """A dict of modules, each of which is registered, in the order in which they were put in.

    Parameters
    ----------
    modules : mapping of str to Module, optional
        The first ones.

    Examples
    --------
    >>> acts = mg.nn.ModuleDict({"relu": mg.nn.ReLU(), "tanh": mg.nn.Tanh()})
    >>> acts["relu"](mg.tensor([-1.0, 1.0]))
    tensor([0., 1.])
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Any) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def clear(self) -> None:
        """Take all modules out."""
        self._modules.clear()

    def pop(self, key: str) -> Any:
        """Take the module of that name out, and return it."""
        return self._modules.pop(key)

    def keys(self) -> Any:
        """Return the names."""
        return self._modules.keys()

    def items(self) -> Any:
        """Return pairs of name and module."""
        return self._modules.items()

    def values(self) -> Any:
        """Return the modules."""
        return self._modules.values()

    def update(self, modules: Any) -> None:
        """Put in all modules of a mapping, or of an iterable of pairs."""
        for i, pair in enumerate(modules.items() if hasattr(modules, "items") else modules):
            if not isinstance(pair, Iterable):
                raise TypeError(
                    f"{type(self).__name__} update sequence element #{i} should be Iterable; is{type(pair).__name__}"
                )
            key, module = pair
            self[key] = module


def _learned(value: Any) -> Any:
    """Return a tensor as a parameter; anything else as it is."""
    return Parameter(value) if isinstance(value, TensorBase) and not isinstance(value, Parameter) else value


class ParameterList(Module):
    """A list of parameters, each of which is registered.

    Parameters
    ----------
    values : iterable of Tensor or Parameter, optional
        Tensors become parameters.

    Examples
    --------
    >>> len(list(mg.nn.ParameterList([mg.ones(2), mg.ones(3)]).parameters()))
    2
    """

    def __init__(self, values: Any = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def _place(self, index: Any) -> str:
        index = operator.index(index)
        if not -self._size <= index < self._size:
            raise IndexError(f"index {index} is out of range")
        return str(index % self._size)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(self[i] for i in range(*index.indices(self._size)))
        return getattr(self, self._place(index))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, self._place(index), _learned(value))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return iter([self[i] for i in range(self._size)])

    def __iadd__(self, values: Any) -> Any:
        return self.extend(values)

    def append(self, value: Any) -> Any:
        """Add a parameter at the end, and return the list."""
        self._size += 1
        self[self._size - 1] = value
        return self

    def extend(self, values: Any) -> Any:
        """Add several parameters at the end, and return the list."""
        for value in list(values):
            self.append(value)
        return self

    def extra_repr(self) -> str:
        """Return a line a parameter."""
        return "\n".join(f"  ({i}): {_summary(value)}" for i, value in enumerate(self))


class ParameterDict(Module):
    """A dict of parameters, each of which is registered.

    Parameters
    ----------
    parameters : mapping of str to Tensor or Parameter, optional
        Tensors become parameters.

    Examples
    --------
    >>> weights = mg.nn.ParameterDict({"w": mg.ones(2)})
    >>> weights["w"]
    Parameter containing:
    tensor([1., 1.], requires_grad=True)
    """

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._names: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self._names:
            raise KeyError(key)
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._names[key] = None
        setattr(self, key, _learned(value))

    def __delitem__(self, key: str) -> None:
        del self._names[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, key: str) -> bool:
        return key in self._names

    def keys(self) -> Any:
        """Return the names."""
        return self._names.keys()

    def items(self) -> Any:
        """Return pairs of name and parameter."""
        return [(key, self[key]) for key in self._names]

    def values(self) -> Any:
        """Return the parameters."""
        return [self[key] for key in self._names]

    def update(self, parameters: Any) -> None:
        """Put in all parameters of a mapping, or of an iterable of pairs."""
        for key, value in parameters.items() if hasattr(parameters, "items") else parameters:
            self[key] = value

    def extra_repr(self) -> str:
        """Return a line a parameter."""
        return "\n".join(f"  ({key}): {_summary(value, old=True)}" for key, value in self.items())


def _summary(value: Any, old: bool = False) -> str:
    """Return what a list of parameters prints of one."""
    if not isinstance(value, TensorBase):
        return f"Object of type: {type(value).__name__}"
    array = value._array
    dtype = dtypes.of(array.dtype)
    kind = f"torch.{dtype.title}Tensor" if old else str(dtype)
    return f"Parameter containing: [{kind} of size {'x'.join(map(str, array.shape))}]"
