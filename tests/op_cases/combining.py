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
]

PLAIN = [
    Case("heaviside", lambda m, a, b: m.heaviside(a.detach(), b.detach()), None, NOT_MIXED),
    Case("gcd", lambda m, a, b: m.gcd((a * 9).long(), (b * 9).long()), None, TWO),
    Case("lcm", lambda m, a, b: (a * 9).long().lcm((b * 9).long()), None, TWO),
    Case("<<", lambda m, a, b: (a * 9).long().abs() << (b * 4).long().abs(), None, TWO),
    Case(">>", lambda m, a, b: m.bitwise_right_shift((a * 99).long(), (b * 4).long().abs()), None, TWO),
]
