"""The verifier: eight verdicts, and no planted error gets past it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from symgrad.arithmetic.floats import FLOATS
from symgrad.errors import OutOfDomain, Verdict
from symgrad.expression import Expression, parse
from symgrad.limits import Limits
from symgrad.ops import OPS, Op, op
from symgrad.value import Value, apply, literal, made, variable
from symgrad.verification import Check, PointReport, Verification, summary, verification

from .rows import COMPARISONS, example

HERE = replace(Limits.library, seconds=None)  # SymPy in this process, where the planted row lives
x, y = variable("x"), variable("y")


def verdict(root: Value, **at: float) -> Verification:
    return verification(root, at, limits=HERE)


SPECIAL = {  # name: (graph, point, verdict)
    "smooth": (apply("tanh", x * y), {"x": 2.0, "y": 0.5}, "verified"),
    "sampled": (apply("tanh", x * y), {}, "verified"),
    "cancelling": ((1 - apply("cos", x)) / x**2, {"x": 1e-8}, "lost_digits"),
    "overflowing": (apply("exp", x), {"x": 1000.0}, "out_of_range"),
    "underflowing": (apply("exp", x), {"x": -1000.0}, "out_of_range"),
    "abs": (abs(x), {"x": 0.0}, "kink"),
    "cube root": (apply("cbrt", x), {"x": 0.0}, "kink"),
    "square root at its end": (apply("sqrt", x), {"x": 0.0}, "kink"),
    "tie": (apply("max", x, y), {"x": 1.0, "y": 1.0}, "kink"),
    "branches that meet in a corner": (
        apply("if", apply("gt", x, 0), x, -x), {"x": 0.0}, "kink"),
    "choices that do not compose": (
        apply("relu", x) - apply("relu", -x), {"x": 0.0}, "convention"),
    "a tie with itself": (apply("max", x, x), {"x": 1.0}, "verified"),
    "a kink that cancels": (abs(x) * x, {"x": 0.0}, "verified"),
    "finite at the end of the domain": (x * apply("sqrt", x), {"x": 0.0}, "verified"),
    "outside the domain": (apply("log", x), {"x": -1.0}, "undefined"),
    "removable, but not there": (apply("sin", x) / x, {"x": 0.0}, "undefined"),
    "removable and removed": (apply("sinc", x), {"x": 0.0}, "verified"),
    "a jump": (apply("sign", x), {"x": 0.0}, "undefined"),
    "undefined in the branch not taken": (
        apply("if", apply("gt", x, 0), apply("log", x), x), {"x": -1.0}, "verified"),
    "empty domain": (apply("log", -(x * x) - 1), {}, "undecided"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPECIAL)
def test_verdicts(case: str) -> None:
    """Each of the eight verdicts is given where design says so."""
    root, at, expected = SPECIAL[case]
    assert expected == verdict(root, **at).verdict


CORNERS = {  # text, point: the verdict of the partial by the first variable, and its two sides
    ("sqrt(x^4)*1e250", 0.0): ("verified", None), ("cbrt(x^6)", 0.0): ("verified", None),
    ("sqrt(x^4+x^6)", 0.0): ("verified", None), ("sqrt(x)-sqrt(x)", 0.0): ("verified", None),
    ("sqrt(x^2)", 0.0): ("kink", (-1.0, 1.0)), ("|x|*1e-40", 0.0): ("kink", (-1e-40, 1e-40)),
    ("acos(cos(x))", 0.0): ("kink", (-1.0, 1.0)), ("sqrt((x-1)^2)", 1.0): ("kink", (-1.0, 1.0)),
    ("if(x>0,x^1.5,x)", 0.0): ("kink", (1.0, 0.0)), ("x^x", 0.0): ("kink", (None, -math.inf)),
    ("if(x>0,x*ln(x),0)", 0.0): ("kink", (0.0, -math.inf)), ("x^x", -1.0): ("undefined", None),
    ("sin(e^e^x)", 10.0): ("out_of_range", None), ("ln(-1)*x", 1.0): ("undefined", None),
    ("hypot(x,0)", 5e-324): ("verified", None), ("root(x,3)*x", 0.0): ("verified", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CORNERS)
def test_corners(case: tuple[str, float]) -> None:
    """At a corner the one-sided derivatives are the limits of the difference quotient."""
    check = parse(case[0], limits=HERE).verify(x=case[1]).partials["x"]
    assert CORNERS[case] == (check.verdict, check.one_sided)


def test_one_variable_may_stand_still() -> None:
    """sqrt(x*y) at the origin: along either axis it is 0; x^y at (-1, 2) has a slope by x alone."""
    f = parse("sqrt(x*y)", limits=HERE)
    assert {"x": 0.0, "y": 0.0} == f.gradient(x=0, y=0, exact=True)
    found = parse("x^y", limits=HERE).verify(x=-1, y=2).partials
    assert ["verified", "undefined"] == [found[name].verdict for name in ("x", "y")]


def test_far_domains_are_found() -> None:
    """The sampled range grows where the domain lies further out."""
    assert "verified" == parse("ln(x - 1000)", limits=HERE).verify().verdict


def test_kink_gives_both_sides_and_the_interval() -> None:
    """At a kink both one-sided derivatives are given, and the interval between them."""
    check = verdict(abs(x), x=0.0).partials["x"]
    assert ((-1.0, 1.0), (-1.0, 1.0)) == (check.one_sided, check.interval)


@pytest.mark.parametrize(("text", "at"), [
    ("max(x, 2x) * ((1e16+y) - 1e16)", {"x": 0.0, "y": 0.3}),
    ("max(x, 1.0000001x) + x*((1e16+y) - 1e16)", {"x": 0.0, "y": 0.3}),
    ("max(x, 2x) * (cos(y) - 1)", {"x": 0.0, "y": 1e-9}),
    ("(|x| + 3x) * (y^3 - (y-1)*(y^2+y+1))", {"x": 0.0, "y": 3e6}),
])  # fmt: skip
def test_a_corner_where_digits_are_lost_is_no_wrong_rule(text: str, at: dict[str, float]) -> None:
    """The float of a choice at a kink may lie outside the interval, as far as rounding takes it."""
    check = parse(text, limits=HERE).verify(at).partials["x"]
    low, high = check.interval
    assert not low <= check.engine <= high
    assert ("kink", True) == (check.verdict, "rounding" in check.note)


@pytest.mark.parametrize("scale", [1.0, 1e20, 1e100, 1e307, 1e-100, 1e-300, 5e-324])
def test_the_interval_at_a_kink_has_no_scale(scale: float) -> None:
    """All sides of every kink row count, however large or small what meets there is."""
    f = parse("max(-3max(x, y), max(x, y) - 4z)", limits=HERE)
    check = f.verify(dict.fromkeys("xyz", scale)).partials["x"]
    assert ("kink", -0.5, (0.0, 1.0)) == (check.verdict, check.engine, check.one_sided)
    assert (-3.0, 1.0) == check.interval


@pytest.mark.usefixtures("table")
def test_a_choice_outside_is_wrong() -> None:
    """A row whose slope at its kink is none that lies beside it is wrong; so is a float's alone."""
    calculus = {"forward": lambda m, x: m.abs(x), "meaning": lambda m, x: m.abs(x),
                "kinks": OPS["abs"].kinks}  # fmt: skip
    op("outside", lambda m, y, x: m.sign(x) + 2 * m.eq(x, 0), **calculus)
    found = parse("3outside(x)", limits=HERE).verify(x=0).partials["x"]
    assert ("wrong", (-3.0, 3.0)) == (found.verdict, found.interval)
    op("stray", lambda m, y, x: m.sign(x) + (1.5 if m is FLOATS else 0), **calculus)
    found = parse("3stray(x)", limits=HERE).verify(x=0).partials["x"]
    assert ("wrong", True) == (found.verdict, "the float path is wrong" in found.note)


def test_an_interval_below_all_floats_has_two_ends() -> None:
    """Where both sides and the choice are 0 to floats, balls tell them apart."""
    f = parse("1/(1 + exp(-atan2(max(y, x), x - sin(x))))", limits=HERE)
    assert "kink" == f.verify(x=5e-324, y=5e-324).partials["y"].verdict


def test_where_no_case_applies_nobody_speaks_of_logarithms() -> None:
    """What has no value there is the function of cases, not the ln(-1) that stands for it."""
    f, said = parse("x + if(x > 0, x^2, undefined)", limits=HERE), "none of the cases gives a value"
    assert said == f.verify(x=-1).partials["x"].note
    for call in (f, f.gradient):
        for exact in (False, True):
            with pytest.raises(OutOfDomain, match=said):
                call(x=-1, exact=exact)
    for text, x, shown in (("ln(x)", -1, "ln(-1)"), ("if(x > 0, 1, ln(-x))", 0, "ln(0)")):
        assert shown in parse(text, limits=HERE).verify(x=x).partials["x"].note


@pytest.mark.parametrize(("text", "at", "expected"), [
    ("if(x > 1, x^2, undefined)", {}, ("verified", 12)),
    ("if(x > 0, undefined, x^2)", {}, ("verified", 12)),
    ("if(x > 1, if(x < 3, x^2, undefined), if(x < -1, x, undefined))*y", {}, ("verified", 12)),
    ("if(x > y, x*y, undefined)", {"y": 2.0}, ("verified", 12)),
    ("if(x > 1, x^2, undefined) + y", {"x": 0.0}, ("undefined", 0)),
    ("x + ln(-1)", {}, ("undefined", 0)), ("y/x", {"x": 0.0}, ("undefined", 0)),
    ("x^2*y/(x - 3)", {"x": 3.0}, ("undefined", 0)), ("y*ln(x)", {"x": -1.0}, ("undefined", 0)),
    ("log(y, x)", {"x": -2.0}, ("undefined", 0)), ("y/x", {"y": 0.0}, ("verified", 12)),
])  # fmt: skip
def test_samples_go_where_there_is_a_value(
    text: str, at: dict[str, float], expected: tuple[str, int]
) -> None:
    """What chooses a case, or stands under a margin, moves; where that is given, f ends there."""
    found = parse(text, limits=HERE).verify(at)
    assert expected == (found.verdict, found.counted)


def test_a_corner_too_steep_for_floats_is_no_cusp() -> None:
    """Slopes of 1e313 are finite."""
    assert parse("|1e308x| * 1e5").verify(x=0).partials["x"].note.startswith("a corner")
    assert parse("sqrt(|x|)").verify(x=0).partials["x"].note == "a cusp"


def test_convention_gives_the_derivative() -> None:
    """Where the engine's choice is not the derivative, the derivative is given."""
    check = verdict(apply("relu", x) - apply("relu", -x), x=0.0).partials["x"]
    assert (1.0, 0.0) == (check.exact, check.engine)


def test_exact_value_where_floats_lose_everything() -> None:
    """(1 - cos x)/x^2 at 1e-8 has slope -8.333333333333334e-10, whatever floats say."""
    check = verdict((1 - apply("cos", x)) / x**2, x=1e-8).partials["x"]
    assert -8.333333333333334e-10 == check.exact


def test_the_limit_is_told_where_a_value_is_missing() -> None:
    """sin(x)/x at 0 is undefined, with its limit in the note."""
    assert "the limit of f is 1" in verdict(apply("sin", x) / x, x=0.0).partials["x"].note


@pytest.mark.parametrize("name", OPS)
def test_every_row_is_verified(name: str) -> None:
    """Every row of the table agrees with SymPy at sampled points."""
    assert "verified" == verdict(example(OPS[name])).verdict


PARTIALS = [(name, i) for name, o in OPS.items() for i, rule in enumerate(o.partials) if rule]
PULLBACKS = [name for name, o in OPS.items() if o.pullback]


def bent(rule: object) -> object:
    """A rule that is off by a thousandth and a bit."""
    return lambda m, *x: rule(m, *x) * m.ratio(1001, 1000) + m.ratio(1, 997)  # type: ignore[operator]


def planted(name: str, monkeypatch: pytest.MonkeyPatch, **change: object) -> Op:
    row = replace(OPS[name], **change)  # type: ignore[arg-type]
    monkeypatch.setitem(OPS, name, row)
    return row


@pytest.mark.parametrize(("name", "i"), PARTIALS)
def test_planted_partial_is_found(name: str, i: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error planted in any single partial is reported wrong, with a witness."""
    rules = list(OPS[name].partials)
    rules[i] = bent(rules[i])  # type: ignore[assignment]
    row = planted(name, monkeypatch, partials=tuple(rules))
    found = verdict(example(row))
    assert ("wrong", True) == (found.verdict, found.witness is not None)


@pytest.mark.parametrize("name", PULLBACKS)
def test_planted_pullback_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error planted in one partial of a variadic row is reported wrong."""
    pullback = OPS[name].pullback

    def off(m: object, v: object, args: object) -> list[object]:
        first, *rest = pullback(m, v, args)  # type: ignore[misc]
        return [first * m.ratio(1001, 1000) + m.ratio(1, 997), *rest]  # type: ignore[attr-defined]

    row = planted(name, monkeypatch, pullback=off)
    assert "wrong" == verdict(example(row)).verdict


def flipped_or_bent(op: Op) -> object:
    """The forward of a row made wrong: comparisons turned round, others off by a thousandth."""
    if op.name in COMPARISONS:
        return lambda m, a, b: 1 - getattr(m, op.name)(a, b)
    getattr(FLOATS, op.name, None)  # looked up once, or the planted row would call itself
    plain = op.forward or (lambda m, *v: getattr(m, op.name)(*v))
    return lambda m, *v: plain(m, *v) * m.ratio(1001, 1000) + m.ratio(1, 997)


@pytest.mark.parametrize("name", OPS)
def test_planted_forward_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error planted in a forward is reported wrong."""
    row = planted(name, monkeypatch, forward=flipped_or_bent(OPS[name]))
    assert "wrong" == verdict(example(row)).verdict


@pytest.mark.parametrize("name", OPS)
def test_planted_meaning_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error planted in a meaning is reported wrong: neither side is trusted."""
    from symgrad.symbolic import MEANINGS

    op = OPS[name]
    if name in COMPARISONS:
        other = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq"}[name]
        meaning = OPS[other].meaning
    else:
        honest = op
        meaning = lambda m, *v: MEANINGS.meaning(honest, v) * 2 + 1
    row = planted(name, monkeypatch, meaning=meaning)
    assert "wrong" == verdict(example(row)).verdict


def test_large_graphs_go_in_pieces() -> None:
    """sin nested 200 deep overflows SymPy's own diff; in pieces it is verified."""
    root = x
    for _ in range(200):
        root = apply("sin", root)
    assert "verified" == verdict(root, x=0.5).verdict


def test_squares_of_squares_go_in_pieces() -> None:
    """15 bindings that square their predecessor expand to 32,768 factors, yet are verified."""
    root = x + 1
    for _ in range(15):
        root = root * root
    assert verdict(root, x=2.0**-20).verdict in ("verified", "lost_digits")


def test_many_variables_share_one_sweep() -> None:
    """Above 32 variables one direction confirms all partials; each still has its exact number."""
    names = [f"v{i}" for i in range(60)]
    root = apply("sin", apply("sum", *(variable(n) * literal(2) for n in names)))
    found = verification(root, {}, limits=HERE)
    assert ("verified", 60) == (found.verdict, len(found.partials))


def test_second_and_third_order() -> None:
    """Orders 2 and 3 are verified against SymPy's own second and third derivative."""
    f = Expression(apply("tanh", x * y), limits=HERE)
    assert ["verified"] * 2 == [f.verify(wrt=["x"], order=n).verdict for n in (2, 3)]


def test_hessian() -> None:
    """Every second partial, mixed ones too, is held against SymPy's."""
    found = parse("x^2*sin(y) + x*y*z", limits=HERE).verify(order=2)
    assert ("verified", 9) == (found.verdict, len(found.partials))
    assert parse("x*y", limits=HERE).verify(x=2, y=3, order=2).partials["x,y"].exact == 1.0


def test_hung_sympy_is_ended() -> None:
    """The symbolic side runs under a time limit that really ends it; that is undecided."""
    limits = replace(Limits.library, seconds=0.001)
    root = made(OPS["sin"], None, (x,))
    for _ in range(12):
        root = apply("sin", root * root + y)
    found = verification(root, {}, limits=limits)
    assert ("undecided", 3) == (found.verdict, found.exit_code)


@pytest.mark.parametrize(("found", "said"), [
    ("verified verified verified", "verified"),
    ("verified verified verified undefined", "verified"),
    ("verified verified undecided kink", "undecided"), ("verified verified kink kink kink", "kink"),
    ("verified verified verified undecided", "undecided"), ("verified verified", "undecided"),
    ("verified verified undefined lost_digits", "undecided"), ("verified kink wrong", "wrong"),
])  # fmt: skip
def test_verified_is_said_of_three_points_or_more(found: str, said: str) -> None:
    """Fewer that agree, among others that count for nothing, are no proof."""
    checks = [tuple(Check(name, Verdict(word)) for name in ("", "x")) for word in found.split()]
    reports = [PointReport({"x": 1.0 + k}, pair) for k, pair in enumerate(checks)]
    assert said == summary(("x",), reports, sampled=True).verdict
