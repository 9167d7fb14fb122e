"""Weight norm and spectral norm as they were before parametrizations: a hook computes the weight before each call."""

from __future__ import annotations

import warnings
from typing import Any

from minigrad.autograd.grad_mode import no_grad
from minigrad.nn import functional as F
from minigrad.nn.parameter import Parameter
from minigrad.nn.utils.parametrizations import as_matrix, first_dim, norm_except

__all__ = ["remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm"]


class _Before:
    """A hook that computes a weight before each call, of parameters whose names begin with the weight's."""

    title = ""

    def __init__(self, name: str) -> None:
        self.name = name

    def compute(self, module: Any, training: bool) -> Any:
        """Return the weight."""
        raise NotImplementedError

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self.name, self.compute(module, module.training))


class _WeightNorm(_Before):
    title = "weight_norm"

    def __init__(self, name: str, dim: int) -> None:
        super().__init__(name)
        self.dim = dim

    def compute(self, module: Any, training: bool) -> Any:
        length, direction = getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v")
        return direction * (length / norm_except(direction, self.dim))


class _SpectralNorm(_Before):
    title = "spectral_norm"

    def __init__(self, name: str, steps: int, dim: int, eps: float) -> None:
        super().__init__(name)
        self.steps, self.dim, self.eps = steps, dim, eps

    def compute(self, module: Any, training: bool) -> Any:
        weight, u, v = [getattr(module, f"{self.name}_{part}") for part in ("orig", "u", "v")]
        matrix = as_matrix(weight, self.dim)
        if training:
            with no_grad():
                for _ in range(self.steps):
                    v.copy_(F.normalize(matrix.T @ u, dim=0, eps=self.eps))
                    u.copy_(F.normalize(matrix @ v, dim=0, eps=self.eps))
            u, v = u.clone(), v.clone()
        return weight / (u @ (matrix @ v))


def _taken(module: Any, name: str, title: str) -> Any:
    """Return a weight, and take it out of the parameters."""
    for hook in module._forward_pre_hooks.values():
        if isinstance(hook, _Before) and (hook.name, hook.title) == (name, title):
            raise RuntimeError(f"Cannot register two {title} hooks on the same parameter {name}")
    weight = getattr(module, name)
    del module._parameters[name]
    return weight


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Learn a weight's length and direction apart: the former way; see ``parametrizations.weight_norm``.

    Parameters
    ----------
    module : Module
        Changed in place: it has ``weight_g`` and ``weight_v`` then.
    name : str
        The weight's name.
    dim : int, optional
        Along which dimension there is a length for each slice; None for one length alone.

    Returns
    -------
    Module
        The same.
    """
    warnings.warn(
        "`torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`.",
        FutureWarning,
        stacklevel=2,
    )
    hook = _WeightNorm(name, -1 if dim is None else dim)
    weight = _taken(module, name, hook.title)
    module.register_parameter(f"{name}_g", Parameter(norm_except(weight, hook.dim).detach()))
    module.register_parameter(f"{name}_v", Parameter(weight.data))
    setattr(module, name, hook.compute(module, False))
    module.register_forward_pre_hook(hook)
    return module


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Divide a weight by its largest singular value: the former way; see ``parametrizations.spectral_norm``.

    Parameters
    ----------
    module : Module
        Changed in place: it has ``weight_orig``, ``weight_u`` and ``weight_v`` then.
    name : str
        The weight's name.
    n_power_iterations : int
        How often the singular vectors are improved before each call in training.
    eps : float
        Added to norms before something is divided by them.
    dim : int, optional
        The dimension that counts what comes out.

    Returns
    -------
    Module
        The same.
    """
    hook = _SpectralNorm(name, n_power_iterations, first_dim(module) if dim is None else dim, eps)
    weight = _taken(module, name, hook.title)
    matrix = as_matrix(weight.detach(), hook.dim)
    u, v = [F.normalize(matrix.new_empty(n).normal_(0, 1), dim=0, eps=eps) for n in matrix.shape]
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    module.register_forward_pre_hook(hook)
    return module


def _remove(module: Any, name: str, title: str, parts: str) -> Any:
    for key, hook in module._forward_pre_hooks.items():
        if isinstance(hook, _Before) and (hook.name, hook.title) == (name, title):
            with no_grad():
                weight = hook.compute(module, False)
            delattr(module, name)
            for part in parts.split():
                delattr(module, f"{name}_{part}")
            del module._forward_pre_hooks[key]
            module.register_parameter(name, Parameter(weight.detach()))
            return module
    raise ValueError(f"{title} of '{name}' not found in {module}")


def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    """Make an ordinary parameter of a weight with ``weight_norm``; a ValueError, if it has none."""
    return _remove(module, name, "weight_norm", "g v")


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Make an ordinary parameter of a weight with ``spectral_norm``; a ValueError, if it has none."""
    return _remove(module, name, "spectral_norm", "u v orig")
