"""The normal distribution of vectors whose entries go together."""

from __future__ import annotations

import math
from typing import Any

from minigrad.creation import eye, normal, ones, zeros
from minigrad.distributions.distribution import Distribution
from minigrad.ops.decompositions import cholesky
from minigrad.ops.exponential import cholesky_ex
from minigrad.ops.solving import solve_triangular

__all__ = ["MultivariateNormal"]


class MultivariateNormal(Distribution):
    """The normal distribution of vectors.

    Parameters
    ----------
    loc : Tensor, shape (..., n)
        The mean.
    covariance_matrix : Tensor, shape (..., n, n), optional
        How the entries go together: positive definite.
    precision_matrix : Tensor, shape (..., n, n), optional
        Its inverse.
    scale_tril : Tensor, shape (..., n, n), optional
        Its Cholesky factor, lower triangular; one of the three is given.
    validate_args : bool, optional
        Whether arguments are looked at; they are, if left out.

    Examples
    --------
    >>> mg.distributions.MultivariateNormal(mg.zeros(2), mg.eye(2)).log_prob(mg.zeros(2))
    tensor(-1.8379)
    """

    has_rsample = True
    _shown = ("loc", "covariance_matrix", "precision_matrix", "scale_tril")
    loc: Any
    covariance_matrix: Any
    precision_matrix: Any
    scale_tril: Any

    def __init__(
        self,
        loc: Any,
        covariance_matrix: Any = None,
        precision_matrix: Any = None,
        scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        names = "covariance_matrix", "precision_matrix", "scale_tril"
        given = dict(zip(names, (covariance_matrix, precision_matrix, scale_tril), strict=True))
        given = {name: value for name, value in given.items() if value is not None}
        if len(given) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        ((name, matrix),) = given.items()
        if matrix.dim() < 2:
            raise ValueError(f"{name} must be at least two-dimensional, with optional leading batch dimensions")
        batch = (zeros(matrix.shape[:-1]) + zeros(loc.shape)).shape
        self.loc = loc.expand(batch)
        self.__dict__[name] = matrix.expand(*batch, matrix.shape[-1])
        super().__init__(batch[:-1], batch[-1:], validate_args)
        if name == "scale_tril":
            lower = (matrix.tril() == matrix).all() & (matrix.diagonal(dim1=-2, dim2=-1) > 0).all()
            self._check(name, lower, "LowerCholesky()")
            self._factor = matrix
        else:
            positive = ((matrix - matrix.mT).abs() < 1e-6).all(-1).all(-1) & (cholesky_ex(matrix).info == 0)
            self._check(name, positive, "PositiveDefinite()")
            self._factor = cholesky(matrix) if name == "covariance_matrix" else _factor_of_inverse(matrix)

    def __getattr__(self, name: str) -> Any:
        factor = self.__dict__.get("_factor")
        if factor is not None and name == "scale_tril":
            return factor.expand(*self.loc.shape, self.loc.shape[-1])
        if factor is not None and name == "covariance_matrix":
            return (factor @ factor.mT).expand(*self.loc.shape, self.loc.shape[-1])
        if factor is not None and name == "precision_matrix":
            return (factor @ factor.mT).inverse().expand(*self.loc.shape, self.loc.shape[-1])
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def mean(self) -> Any:
        """The expected vector."""
        return self.loc

    @property
    def mode(self) -> Any:
        """The likeliest vector."""
        return self.loc

    @property
    def variance(self) -> Any:
        """Each entry's expected squared distance from its mean."""
        return self._factor.pow(2).sum(-1).expand(self.loc.shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Return draws that are differentiable by the parameters, shape (*sample_shape, *batch_shape, n)."""
        shape, dtype = self._shape(sample_shape), self.loc.dtype
        drawn = normal(zeros(shape, dtype=dtype), ones(shape, dtype=dtype))
        return self.loc + (self._factor @ drawn.unsqueeze(-1)).squeeze(-1)

    def _half_log_det(self) -> Any:
        return self._factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def log_prob(self, value: Any) -> Any:
        """Return the logarithm of the density at a value."""
        self._check_sample(value, value == value, "IndependentConstraint(Real(), 1)")
        away = (value - self.loc).unsqueeze(-1)
        square = solve_triangular(self._factor, away, upper=False).pow(2).sum((-2, -1))
        return -0.5 * (self.event_shape[0] * math.log(2 * math.pi) + square) - self._half_log_det()

    def entropy(self) -> Any:
        """Return the entropy, in nats."""
        half = 0.5 * self.event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return half.expand(self.batch_shape)


def _factor_of_inverse(precision: Any) -> Any:
    """Return the Cholesky factor of a matrix's inverse, without inverting it."""
    turned = cholesky(precision.flip((-2, -1))).flip((-2, -1)).mT
    return solve_triangular(turned, eye(precision.shape[-1], dtype=precision.dtype), upper=False)
