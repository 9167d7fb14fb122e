"""Fourier transforms, by name: of complex and of real numbers, forth and back."""

from __future__ import annotations

from typing import Any

from minigrad.ops.arguments import TensorT
from minigrad.ops.fourier import back, half, one, whole

__all__ = [
    "fft",
    "fft2",
    "fftn",
    "hfft",
    "hfft2",
    "hfftn",
    "ifft",
    "ifft2",
    "ifftn",
    "ihfft",
    "ihfft2",
    "ihfftn",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftn",
]


def fft(input: TensorT, n: int | None = None, dim: int = -1, norm: str | None = None) -> TensorT:
    """Return how much of each wave there is, along a dimension.

    Parameters
    ----------
    input : Tensor
        Real or complex numbers.
    n : int, optional
        How many places: zeros are added, or the last ones left out.
    dim : int
        The dimension.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.fft(mg.tensor([0.0, 1.0, 2.0, 3.0]))
    tensor([ 6.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    return whole("fft", input, one(n), dim, norm)  # type: ignore[no-any-return]


def fft2(input: TensorT, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> TensorT:
    """Return how much of each wave there is, in two dimensions. See ``fftn``.

    Examples
    --------
    >>> mg.fft.fft2(mg.ones(2, 4)).shape
    torch.Size([2, 4])
    """
    return whole("fft2", input, s, dim, norm)  # type: ignore[no-any-return]


def fftn(input: TensorT, s: Any = None, dim: Any = None, norm: str | None = None) -> TensorT:
    """Return how much of each wave there is, in several dimensions.

    Parameters
    ----------
    input : Tensor
        Real or complex numbers.
    s : tuple of int, optional
        How many places along each dimension: zeros are added, or the last ones left out; -1 for all.
    dim : tuple of int, optional
        The dimensions; all, or the last of them if there are lengths.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.fftn(mg.ones(2, 4)).shape
    torch.Size([2, 4])
    """
    return whole("fftn", input, s, dim, norm)  # type: ignore[no-any-return]


def ifft(input: TensorT, n: int | None = None, dim: int = -1, norm: str | None = None) -> TensorT:
    """Return the numbers that so much of each wave makes, along a dimension.

    Parameters
    ----------
    input : Tensor
        Real or complex numbers.
    n : int, optional
        How many places: zeros are added, or the last ones left out.
    dim : int
        The dimension.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.ifft(mg.tensor([6.0, -2 + 2j, -2, -2 - 2j]))
    tensor([0.+0.j, 1.+0.j, 2.+0.j, 3.+0.j])
    """
    return whole("ifft", input, one(n), dim, norm, True)  # type: ignore[no-any-return]


def ifft2(input: TensorT, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> TensorT:
    """Return the numbers that so much of each wave makes, in two dimensions. See ``ifftn``.

    Examples
    --------
    >>> mg.fft.ifft2(mg.ones(2, 4)).shape
    torch.Size([2, 4])
    """
    return whole("ifft2", input, s, dim, norm, True)  # type: ignore[no-any-return]


def ifftn(input: TensorT, s: Any = None, dim: Any = None, norm: str | None = None) -> TensorT:
    """Return the numbers that so much of each wave makes, in several dimensions.

    Parameters
    ----------
    input : Tensor
        Real or complex numbers.
    s : tuple of int, optional
        How many places along each dimension: zeros are added, or the last ones left out; -1 for all.
    dim : tuple of int, optional
        The dimensions; all, or the last of them if there are lengths.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.ifftn(mg.ones(2, 4)).shape
    torch.Size([2, 4])
    """
    return whole("ifftn", input, s, dim, norm, True)  # type: ignore[no-any-return]


def rfft(input: TensorT, n: int | None = None, dim: int = -1, norm: str | None = None) -> TensorT:
    """Return how much of each wave there is in real numbers, half of which say it all, along a dimension.

    Parameters
    ----------
    input : Tensor
        Real numbers.
    n : int, optional
        How many places: zeros are added, or the last ones left out.
    dim : int
        The dimension.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex; of n numbers along the last dimension, n // 2 + 1.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.rfft(mg.tensor([0.0, 1.0, 2.0, 3.0]))
    tensor([ 6.+0.j, -2.+2.j, -2.+0.j])
    """
    return half("rfft", input, one(n), dim, norm)  # type: ignore[no-any-return]


def rfft2(input: TensorT, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> TensorT:
    """Return how much of each wave there is in real numbers: half of them, in two dimensions. See ``rfftn``.

    Examples
    --------
    >>> mg.fft.rfft2(mg.ones(2, 4)).shape
    torch.Size([2, 3])
    """
    return half("rfftn", input, s, dim, norm)  # type: ignore[no-any-return]


def rfftn(input: TensorT, s: Any = None, dim: Any = None, norm: str | None = None) -> TensorT:
    """Return how much of each wave there is in real numbers, half of which say it all, in several dimensions.

    Parameters
    ----------
    input : Tensor
        Real numbers.
    s : tuple of int, optional
        How many places along each dimension: zeros are added, or the last ones left out; -1 for all.
    dim : tuple of int, optional
        The dimensions; all, or the last of them if there are lengths.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex; of n numbers along the last dimension, n // 2 + 1.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.rfftn(mg.ones(2, 4)).shape
    torch.Size([2, 3])
    """
    return half("rfftn", input, s, dim, norm)  # type: ignore[no-any-return]


def irfft(input: TensorT, n: int | None = None, dim: int = -1, norm: str | None = None) -> TensorT:
    """Return the real numbers that half of their waves make, along a dimension.

    Parameters
    ----------
    input : Tensor
        Complex numbers; the other half are their conjugates.
    n : int, optional
        How many places: zeros are added, or the last ones left out.
    dim : int
        The dimension.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Real; of n numbers along the last dimension, 2 * (n - 1) unless told.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.irfft(mg.tensor([6.0, -2 + 2j, -2]))
    tensor([0., 1., 2., 3.])
    """
    return back("irfft", input, one(n), dim, norm)  # type: ignore[no-any-return]


def irfft2(input: TensorT, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> TensorT:
    """Return the real numbers that half of their waves make, in two dimensions. See ``irfftn``.

    Examples
    --------
    >>> mg.fft.irfft2(mg.ones(2, 4)).shape
    torch.Size([2, 6])
    """
    return back("irfft2", input, s, dim, norm)  # type: ignore[no-any-return]


def irfftn(input: TensorT, s: Any = None, dim: Any = None, norm: str | None = None) -> TensorT:
    """Return the real numbers that half of their waves make, in several dimensions.

    Parameters
    ----------
    input : Tensor
        Complex numbers; the other half are their conjugates.
    s : tuple of int, optional
        How many places along each dimension: zeros are added, or the last ones left out; -1 for all.
    dim : tuple of int, optional
        The dimensions; all, or the last of them if there are lengths.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Real; of n numbers along the last dimension, 2 * (n - 1) unless told.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.irfftn(mg.ones(2, 4)).shape
    torch.Size([2, 6])
    """
    return back("irfftn", input, s, dim, norm)  # type: ignore[no-any-return]


def hfft(input: TensorT, n: int | None = None, dim: int = -1, norm: str | None = None) -> TensorT:
    """Return how much of each wave there is, given half of the numbers, along a dimension.

    Parameters
    ----------
    input : Tensor
        Complex numbers; the other half are their conjugates.
    n : int, optional
        How many places: zeros are added, or the last ones left out.
    dim : int
        The dimension.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Real; of n numbers along the last dimension, 2 * (n - 1) unless told.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.hfft(mg.tensor([1.0, 2.0, 3.0]))
    tensor([ 8., -2.,  0., -2.])
    """
    return back("hfft", input, one(n), dim, norm, False)  # type: ignore[no-any-return]


def hfft2(input: TensorT, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> TensorT:
    """Return how much of each wave there is, given half of the numbers, in two dimensions. See ``hfftn``.

    Examples
    --------
    >>> mg.fft.hfft2(mg.ones(2, 4)).shape
    torch.Size([2, 6])
    """
    return back("hfft2", input, s, dim, norm, False)  # type: ignore[no-any-return]


def hfftn(input: TensorT, s: Any = None, dim: Any = None, norm: str | None = None) -> TensorT:
    """Return how much of each wave there is, given half of the numbers, in several dimensions.

    Parameters
    ----------
    input : Tensor
        Complex numbers; the other half are their conjugates.
    s : tuple of int, optional
        How many places along each dimension: zeros are added, or the last ones left out; -1 for all.
    dim : tuple of int, optional
        The dimensions; all, or the last of them if there are lengths.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Real; of n numbers along the last dimension, 2 * (n - 1) unless told.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.hfftn(mg.ones(2, 4)).shape
    torch.Size([2, 6])
    """
    return back("hfftn", input, s, dim, norm, False)  # type: ignore[no-any-return]


def ihfft(input: TensorT, n: int | None = None, dim: int = -1, norm: str | None = None) -> TensorT:
    """Return half of the numbers that so much of each wave makes, along a dimension.

    Parameters
    ----------
    input : Tensor
        Real numbers.
    n : int, optional
        How many places: zeros are added, or the last ones left out.
    dim : int
        The dimension.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex; of n numbers along the last dimension, n // 2 + 1.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.ihfft(mg.tensor([8.0, -2.0, 4.0, -2.0]))
    tensor([2.-0.j, 1.-0.j, 4.-0.j])
    """
    return half("ihfft", input, one(n), dim, norm, True)  # type: ignore[no-any-return]


def ihfft2(input: TensorT, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> TensorT:
    """Return half of the numbers that so much of each wave makes, in two dimensions. See ``ihfftn``.

    Examples
    --------
    >>> mg.fft.ihfft2(mg.ones(2, 4)).shape
    torch.Size([2, 3])
    """
    return half("ihfft2", input, s, dim, norm, True)  # type: ignore[no-any-return]


def ihfftn(input: TensorT, s: Any = None, dim: Any = None, norm: str | None = None) -> TensorT:
    """Return half of the numbers that so much of each wave makes, in several dimensions.

    Parameters
    ----------
    input : Tensor
        Real numbers.
    s : tuple of int, optional
        How many places along each dimension: zeros are added, or the last ones left out; -1 for all.
    dim : tuple of int, optional
        The dimensions; all, or the last of them if there are lengths.
    norm : {"backward", "forward", "ortho"}, optional
        Which direction is divided by the number of places; "ortho" divides both by its root.

    Returns
    -------
    Tensor
        Complex; of n numbers along the last dimension, n // 2 + 1.

    Raises
    ------
    RuntimeError or IndexError
        If there is nothing to transform, or no such dimension.

    Examples
    --------
    >>> mg.fft.ihfftn(mg.ones(2, 4)).shape
    torch.Size([2, 3])
    """
    return half("ihfftn", input, s, dim, norm, True)  # type: ignore[no-any-return]
