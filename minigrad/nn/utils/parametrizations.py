"""Parametrizations that networks are known to learn better with: weight norm, spectral norm, orthogonal weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.grad_mode import no_grad
from minigrad.creation import eye, from_numpy, zeros_like
from minigrad.nn import functional as F
from minigrad.nn.modules.conv import _ConvTranspose
from minigrad.nn.modules.module import Module
from minigrad.nn.utils.parametrize import register_parametrization
from minigrad.ops.compare import allclose
from minigrad.ops.decompositions import qr
from minigrad.ops.facts import finfo
from minigrad.ops.joining import cat
from minigrad.ops.solving import solve

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]


def norm_except(v: Any, dim: int) -> Any:
    """Return the norm of each slice along ``dim``, shaped to divide ``v``; of the whole, for -1."""
    if dim == -1:
        return v.norm()
    return v.norm(dim=tuple(i for i in range(v.dim()) if i != dim % v.dim()), keepdim=True)


class _WeightNorm(Module):
    """A weight made of lengths and directions."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, length: Any, direction: Any) -> Any:
        """Return the weight."""
        return direction * (length / norm_except(direction, self.dim))

    def right_inverse(self, weight: Any) -> Any:
        """Return a weight's lengths, and the weight itself for a direction."""
        return norm_except(weight, self.dim), weight


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Learn a weight's length (``original0``) and its direction (``original1``) apart from each other.

    Parameters
    ----------
    module : Module
        Changed in place.
    name : str
        The weight's name.
    dim : int, optional
        Along which dimension there is a length for each slice; None for one length alone.

    Returns
    -------
    Module
        The same.

    References
    ----------
    Salimans & Kingma (2016), Weight normalization, arXiv:1602.07868.

    Examples
    --------
    >>> layer = mg.nn.utils.parametrizations.weight_norm(mg.nn.Linear(20, 40))
    >>> layer.parametrizations.weight.original0.shape
    torch.Size([40, 1])
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def first_dim(module: Any) -> int:
    """Return which dimension of a module's weight counts what comes out."""
    return 1 if isinstance(module, _ConvTranspose) else 0


def as_matrix(weight: Any, dim: int) -> Any:
    """Return a weight as a matrix whose rows run along ``dim``."""
    return weight.movedim(dim, 0).flatten(1)


class _SpectralNorm(Module):
    """A weight divided by its largest singular value, which a power iteration follows."""

    def __init__(self, weight: Any, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        self.dim = dim if dim >= 0 else dim + weight.dim()
        self.eps, self.n_power_iterations = eps, n_power_iterations
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        if weight.dim() > 1:
            matrix = as_matrix(weight.detach(), self.dim)
            u, v = [matrix.new_empty(n).normal_(0, 1) for n in matrix.shape]
            self.register_buffer("_u", F.normalize(u, dim=0, eps=eps))
            self.register_buffer("_v", F.normalize(v, dim=0, eps=eps))
            self._follow(matrix, 15)

    def _follow(self, matrix: Any, steps: int) -> None:
        """Move both singular vectors on, in place."""
        with no_grad():
            for _ in range(steps):
                self._u.copy_(F.normalize(matrix @ self._v, dim=0, eps=self.eps))
                self._v.copy_(F.normalize(matrix.T @ self._u, dim=0, eps=self.eps))

    def forward(self, weight: Any) -> Any:
        """Return the weight divided."""
        if weight.dim() == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._follow(matrix.detach(), self.n_power_iterations)
        return weight / (self._u.clone() @ (matrix @ self._v.clone()))

    def right_inverse(self, weight: Any) -> Any:
        """Return the weight itself: divided again, it is near to what it was."""
        return weight


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Divide a weight by its largest singular value, so that the layer stretches nothing.

    Parameters
    ----------
    module : Module
        Changed in place.
    name : str
        The weight's name.
    n_power_iterations : int
        How often the singular vectors are improved each time the weight is computed in training.
    eps : float
        Added to norms before something is divided by them.
    dim : int, optional
        The dimension that counts what comes out.

    Returns
    -------
    Module
        The same.

    References
    ----------
    Miyato, Kataoka, Koyama & Yoshida (2018), Spectral normalization, arXiv:1802.05957.

    Examples
    --------
    >>> layer = mg.nn.utils.parametrizations.spectral_norm(mg.nn.Linear(3, 4))
    >>> mg.allclose(mg.linalg.matrix_norm(layer.weight, 2), mg.tensor(1.0), atol=1e-3)
    True
    """
    weight = getattr(module, name, None)
    if weight is None:
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    dim = first_dim(module) if dim is None else dim
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def _reflected(x: Any) -> Any:
    """Return the first columns of the product of reflections whose vectors stand below the diagonal of ``x``."""
    n, k = x.shape[-2:]
    below = x.tril(-1)[..., :k]
    identity = eye(n, dtype=x.dtype)
    q = identity[:, :k]
    for i in reversed(range(k)):
        v = (below[..., i] + identity[i]).unsqueeze(-1)
        q = q - v @ (v.mT @ q) * (2.0 / (v * v).sum((-2, -1), keepdim=True))
    return q * x.diagonal(dim1=-2, dim2=-1).int().unsqueeze(-2)


def _reflectors(q: Any) -> Any:
    """Return what ``_reflected`` makes an orthonormal matrix of."""
    x, tau = np.linalg.qr(q.detach().numpy(), mode="raw")
    x = np.swapaxes(x, -1, -2).copy()
    for i in range(x.shape[-1]):
        x[..., i, i] = np.sign(x[..., i, i]) * np.where(tau[..., i] == 0, -1, 1)
    return from_numpy(x)


class _Orthogonal(Module):
    """A weight whose rows or columns are orthonormal, made of any matrix."""

    def __init__(self, weight: Any, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape, self.orthogonal_map = weight.shape, orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Any) -> Any:
        """Return the weight."""
        wide = x.shape[-2] < x.shape[-1]
        x = x.mT if wide else x
        n, k = x.shape[-2:]
        if self.orthogonal_map == "householder":
            q = _reflected(x)
        else:
            lower = x.tril()
            if n != k:
                lower = cat([lower, lower.new_zeros((*lower.shape[:-1], n - k))], -1)
            skew = lower - lower.mT
            if self.orthogonal_map == "matrix_exp":
                q = skew.matrix_exp()
            else:
                half, identity = skew / 2, eye(n, dtype=x.dtype)
                q = solve(identity - half, identity + half)
            q = q[..., :k]
        if getattr(self, "base", None) is not None:
            q = self.base @ q
        return q.mT if wide else q

    def right_inverse(self, q: Any) -> Any:
        """Keep an orthonormal weight, or the nearest to it that is, and begin there."""
        if q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {q.shape}."
            )
        if "base" not in self._buffers and self.orthogonal_map == "householder":
            return _reflectors(q.mT).mT if q.shape[-2] < q.shape[-1] else _reflectors(q)
        if "base" not in self._buffers:
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley parametrizations when "
                "use_trivialization=False."
            )
        tall = q.mT if q.shape[-2] < q.shape[-1] else q
        n, k = tall.shape[-2:]
        if n != k:
            tall = cat([tall, tall.new_empty((*tall.shape[:-1], n - k)).normal_()], -1)
        if n != k or not allclose(tall.mT @ tall, eye(n, dtype=q.dtype), atol=n * 10.0 * finfo(q.dtype).eps):
            base, r = qr(tall)
            tall = base * r.diagonal(dim1=-2, dim2=-1).sgn().unsqueeze(-2)
        self.base = tall.clone()
        start = zeros_like(q)
        start.diagonal(dim1=-2, dim2=-1).fill_(-1.0)
        return start


def orthogonal(
    module: Any, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Any:
    """Keep a weight's columns orthonormal while it is learned, or its rows, if there are fewer of them.

    Parameters
    ----------
    module : Module
        Changed in place.
    name : str
        The weight's name.
    orthogonal_map : {"matrix_exp", "cayley", "householder"}, optional
        How any matrix is made an orthogonal one; by default "matrix_exp" for square ones, else "householder".
    use_trivialization : bool
        Whether it starts from what the weight is, made orthonormal.

    Returns
    -------
    Module
        The same.

    Raises
    ------
    ValueError
        If the weight has fewer than two dimensions, or there is no such map.

    References
    ----------
    Lezcano-Casado (2019), Trivializations for gradient-based optimization on manifolds, arXiv:1909.09501.

    Examples
    --------
    >>> layer = mg.nn.utils.parametrizations.orthogonal(mg.nn.Linear(2, 3))
    >>> mg.allclose(layer.weight.T @ layer.weight, mg.eye(2), atol=1e-6)
    True
    """
    weight = getattr(module, name, None)
    if weight is None:
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if weight.dim() < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.dim()} dimensions.")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    return register_parametrization(module, name, _Orthogonal(weight, orthogonal_map, use_trivialization), unsafe=True)
