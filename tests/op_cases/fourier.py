"""Fourier transforms and the parts of complex numbers, seen as pairs of real ones."""

from __future__ import annotations

from typing import Any

from op_cases.case import COMPOSED, MATRIX, Case, P


def waves(name: str, *args: Any, **settings: Any) -> Any:
    """Return the call of a transform to complex numbers, as pairs of real ones."""
    return lambda m, a: m.view_as_real(getattr(m.fft, name)(a, *args, **settings).resolve_conj())


def back(name: str, *args: Any, **settings: Any) -> Any:
    """Return the call of a transform of complex numbers to real ones, from two tensors of parts."""
    return lambda m, a, b: getattr(m.fft, name)(m.complex(a, b), *args, **settings)


# No vectors of three: what is made of those is tried with infinities too, of which complex numbers have many.
LONG = (((5,),), ((2, 4),), ((2, 3),))
VECTOR = (((1,),), *LONG)
PAIRS = (((4,), (4,)), ((2, 3), (2, 3)), ((2, 4), (2, 4)))
SAME = (((), ()), ((1,), (1,)), ((2, 3), (2, 3)))

CASES = [
    Case("fft", waves("fft"), "ViewAsRealBackward0", VECTOR),
    Case("fft longer", waves("fft", 6), "ViewAsRealBackward0", LONG),
    Case("fft shorter", waves("fft", 2, 0, norm="ortho"), COMPOSED, LONG),
    Case("ifft", waves("ifft", norm="forward"), COMPOSED, VECTOR),
    Case("rfft", waves("rfft"), "ViewAsRealBackward0", LONG),
    Case("ihfft", waves("ihfft", norm="ortho"), COMPOSED, LONG),
    Case("fft2", waves("fft2"), "ViewAsRealBackward0", MATRIX),
    Case("ifft2", waves("ifft2", (3, 2)), "ViewAsRealBackward0", MATRIX),
    Case("fftn", waves("fftn", dim=(1,)), COMPOSED, MATRIX),
    Case("ifftn", waves("ifftn"), "ViewAsRealBackward0", MATRIX),
    Case("rfft2", waves("rfft2"), "ViewAsRealBackward0", MATRIX),
    Case("rfftn", waves("rfftn", norm="ortho"), "ViewAsRealBackward0", MATRIX),
    Case("irfft", back("irfft"), "FftC2RBackward0", PAIRS),
    Case("irfft odd", back("irfft", 5, norm="forward"), "FftC2RBackward0", PAIRS),
    Case("irfft one", back("irfft", 1), "FftC2RBackward0", PAIRS),
    Case("hfft", back("hfft", norm="ortho"), "FftC2RBackward0", PAIRS),
    Case("irfft2", back("irfft2"), "FftC2RBackward0", PAIRS[1:]),
    Case("irfftn", back("irfftn", (3, 3)), "FftC2RBackward0", PAIRS[1:]),
    Case("hfftn", back("hfftn"), COMPOSED, PAIRS[1:]),
    Case("fftshift", lambda m, a: m.fft.fftshift(a), "RollBackward0", VECTOR),
    Case("ifftshift", lambda m, a: m.fft.ifftshift(a, -1), "RollBackward0", VECTOR),
    Case("spectrum", lambda m, a: m.fft.rfft(a).abs() ** 2, "PowBackward0", LONG),
    # complex numbers
    Case("complex abs", lambda m, a, b: m.complex(a, b).abs(), "AbsBackward0", SAME),
    Case("complex product", lambda m, a, b: (m.complex(a, b) * m.complex(b, a)).real, "SelectBackward0", SAME),
    Case("complex quotient", lambda m, a, b: (a / m.complex(a, b)).imag, "SelectBackward0", SAME, P),
    Case("complex exp", lambda m, a, b: m.view_as_real(m.complex(a, b).exp()), "ViewAsRealBackward0", SAME),
    Case("complex conj", lambda m, a, b: m.view_as_real(m.complex(a, b).conj() * a), "ViewAsRealBackward0", SAME),
    Case("complex angle", lambda m, a, b: m.complex(a, b).angle(), "AngleBackward0", SAME, P),
    Case("complex sgn", lambda m, a, b: m.complex(a, b).sgn().imag, "SelectBackward0", SAME, P),
    Case("complex norm", lambda m, a, b: m.complex(a, b).norm(), "LinalgVectorNormBackward0", SAME),
    Case("complex std", lambda m, a, b: m.complex(a, b).std(), "StdBackward0", (((4,), (4,)),)),
    Case("polar", lambda m, a, b: m.view_as_real(m.polar(a, b)), "ViewAsRealBackward0", SAME, P),
    Case("view_as_complex", lambda m, a: m.view_as_complex(a.contiguous()).abs(), "AbsBackward0", (((2,),), ((3, 2),))),
    Case(
        "complex and real", lambda m, a: ((a * 1j + a).exp() * 2).real, "SelectBackward0", (((),), ((1,),), ((2, 3),))
    ),
]
