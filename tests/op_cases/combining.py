"""Two or three tensors entry by entry, and the functions of statistics and physics."""

from __future__ import annotations

from op_cases.case import COMPOSED, ONE, THREE, TWO, Case, P, U

S = (0.05, 0.95)  # a share
NOT_MIXED = tuple(shapes for shapes in TWO if shapes[0] == shapes[1])

CASES = [
    Case("addcmul", lambda m, a, b, c: m.addcmul(a, b, c, value=2), "AddcmulBackward0", THREE),
    Case("addcdiv", lambda m, a, b, c: a.addcdiv(b, c), "AddcdivBackward0", THREE, P),
    Case("hypot", lambda m, a, b: m.hypot(a, b), "HypotBackward0", TWO),
    Case("logaddexp", lambda m, a, b: m.logaddexp(a, b), "LogaddexpBackward0", TWO),
    Case("logaddexp2", lambda m, a, b: a.logaddexp2(b), "Logaddexp2Backward0", TWO),
    Case("xlogy", lambda m, a, b: m.xlogy(a, b), "XlogyBackward0", TWO, P),
    Case("xlog1py", lambda m, a, b: m.special.xlog1py(a, b), "SpecialXlog1PyBackward0", TWO, P),
    Case("ldexp", lambda m, a, b: m.ldexp(a, b), "LdexpBackward0", TWO),
    Case("frexp", lambda m, a: m.frexp(a).mantissa, "FrexpBackward0"),
    Case("copysign", lambda m, a, b: m.copysign(a, b), "CopysignBackward0", TWO),
    Case("fmax", lambda m, a, b: m.fmax(a, b), "FmaxBackward0", TWO),
    Case("fmin", lambda m, a, b: a.fmin(b), "FminBackward0", TWO),
    Case("nextafter", lambda m, a, b: m.nextafter(a, b), "NextafterBackward0", TWO),
    Case("nan_to_num", lambda m, a: m.nan_to_num(a, posinf=3.0), "NanToNumBackward0"),
    # statistics and physics
    Case("lgamma", lambda m, a: m.lgamma(a), "LgammaBackward0", ONE, P),
    Case("digamma", lambda m, a: m.digamma(a), "DigammaBackward0", ONE, P),
    Case("polygamma", lambda m, a: m.polygamma(2, a), "PolygammaBackward0", ONE, P),
    Case("polygamma method", lambda m, a: a.polygamma(3), "PolygammaBackward0", ONE, P),
    Case("mvlgamma", lambda m, a: m.mvlgamma(a, 2), COMPOSED, (((),), ((2, 3),)), (1.2, 4.0)),
    Case("erfinv", lambda m, a: m.erfinv(a), "ErfinvBackward0", ONE, U),
    Case("i0", lambda m, a: m.i0(a), "I0Backward0"),
    Case("i1", lambda m, a: m.special.i1(a), "SpecialI1Backward0"),
    Case("i0e", lambda m, a: m.special.i0e(a), "SpecialI0EBackward0"),
    Case("i1e", lambda m, a: m.special.i1e(a), "SpecialI1EBackward0"),
    Case("sinc", lambda m, a: m.sinc(a), "SincBackward0"),
    Case("deg2rad", lambda m, a: m.deg2rad(a), "Deg2RadBackward0"),
    Case("rad2deg", lambda m, a: a.rad2deg(), "Rad2DegBackward0"),
    Case("angle", lambda m, a: m.angle(a), "AngleBackward0"),
    Case("logit", lambda m, a: m.logit(a), "LogitBackward0", ONE, S),
    Case("logit eps", lambda m, a: a.logit(0.2), "LogitBackward0", ONE, S),
    Case("entr", lambda m, a: m.special.entr(a), "SpecialEntrBackward0", ONE, S),
    Case("ndtr", lambda m, a: m.special.ndtr(a), COMPOSED),
    Case("ndtri", lambda m, a: m.special.ndtri(a), COMPOSED, (((),), ((2, 3),)), S),
    Case("erfcx", lambda m, a: m.special.erfcx(a), "SpecialErfcxBackward0"),
    Case("log_ndtr", lambda m, a: m.special.log_ndtr(a), "SpecialLogNdtrBackward0"),
    Case("igamma", lambda m, a: m.igamma(a.new_full((), 1.7), a), "IgammaBackward0", ONE, P),
    Case("igammac", lambda m, a: a.new_full((2, 1), 0.4).igammac(a), "IgammacBackward0", ONE, P),
    Case("zeta", lambda m, a: m.special.zeta(a.new_full((), 2.5), a), "SpecialZetaBackward0", ONE, P),
    Case("fill", lambda m, a: m.fill(a, 2.5), "FillBackward0"),
    Case("fill tensor", lambda m, a, b: m.fill(a, b), "FillBackward1", (((3,), ()), ((2, 3), ()))),
]

PLAIN = [
    Case("heaviside", lambda m, a, b: m.heaviside(a.detach(), b.detach()), None, NOT_MIXED),
    Case("frexp exponent", lambda m, a: a.frexp().exponent, None),
    Case("spherical_bessel_j0", lambda m, a: m.special.spherical_bessel_j0(a), None),
    *[
        Case(name, lambda m, a, name=name: getattr(m.special, name)(a * 9), None, ONE, P if "k" in name else (-2, 2))
        for name in "bessel_j0 bessel_j1 bessel_y0 bessel_y1 modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 "
        "modified_bessel_k1 scaled_modified_bessel_k0 scaled_modified_bessel_k1".split()
    ],
    *[
        Case(name, lambda m, a, b, name=name: getattr(m.special, name)(a, (b * 3).long()), None, TWO)
        for name in "chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w "
        "hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p "
        "shifted_chebyshev_polynomial_t shifted_chebyshev_polynomial_u shifted_chebyshev_polynomial_v "
        "shifted_chebyshev_polynomial_w".split()
    ],
    Case("gcd", lambda m, a, b: m.gcd((a * 9).long(), (b * 9).long()), None, TWO),
    Case("lcm", lambda m, a, b: (a * 9).long().lcm((b * 9).long()), None, TWO),
    Case("<<", lambda m, a, b: (a * 9).long().abs() << (b * 4).long().abs(), None, TWO),
    Case(">>", lambda m, a, b: m.bitwise_right_shift((a * 99).long(), (b * 4).long().abs()), None, TWO),
]
