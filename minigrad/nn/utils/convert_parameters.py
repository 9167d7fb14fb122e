"""All parameters as one vector, and back."""

from __future__ import annotations

from typing import Any

from minigrad.autograd.base import TensorBase
from minigrad.ops.joining import cat

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Any) -> Any:
    """Return the parameters' entries, one after the other, as one vector; recorded.

    Parameters
    ----------
    parameters : iterable of Tensor
        In their order.

    Returns
    -------
    Tensor, shape (n,)

    Examples
    --------
    >>> mg.nn.utils.parameters_to_vector([mg.ones(2), mg.zeros(1, 1)])
    tensor([1., 1., 0.])
    """
    return cat([parameter.view(-1) for parameter in parameters])


def vector_to_parameters(vec: Any, parameters: Any) -> None:
    """Put the entries of a vector into the parameters, one after the other.

    Parameters
    ----------
    vec : Tensor, shape (n,)
        The entries; the parameters become views of its memory.
    parameters : iterable of Tensor
        In their order.

    Raises
    ------
    TypeError
        If ``vec`` is no tensor.

    Examples
    --------
    >>> layer = mg.nn.Linear(1, 1)
    >>> mg.nn.utils.vector_to_parameters(mg.tensor([2.0, 3.0]), layer.parameters())
    >>> layer.bias
    Parameter containing:
    tensor([3.], requires_grad=True)
    """
    if not isinstance(vec, TensorBase):
        raise TypeError(f"expected torch.Tensor, but got: {type(vec).__name__}")
    start = 0
    for parameter in parameters:
        end = start + parameter.numel()
        parameter.data = vec[start:end].view(parameter.shape).data  # type: ignore[index]
        start = end
