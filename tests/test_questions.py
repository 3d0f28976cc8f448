"""Every kind of question: right answers in unusual forms, wrong ones with their story."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy

import symgrad as sg
from symgrad.cli import main
from symgrad.engine import Tape
from symgrad.errors import UsageError
from symgrad.expression import parse
from symgrad.questions import critical_points
from symgrad.questions.far_out import far_sign
from symgrad.questions.question import kinds, posed
from symgrad.sentences import spoken

DATA = Path(__file__).parent / "data"


def cases(siblings: bool | None = None) -> list[dict[str, str]]:
    """The rows of every table `questions_*.csv`: kind, fields as JSON, answer, verdict, mistake.

    Tables of siblings, or the others, or both.
    """
    found = []
    for path in sorted(DATA.glob("questions_*.csv")):
        if siblings in (None, "siblings" in path.name):
            with path.open(newline="", encoding="utf-8") as file:
                found += list(csv.DictReader(file))
    return found


def slow_siblings(first: list, others: list) -> list:
    """All of them; the siblings of what is tried anyway are tried with what is slow."""
    return [*first, *(pytest.param(row, marks=pytest.mark.slow) for row in others)]


@pytest.mark.parametrize("row", slow_siblings(cases(False), cases(True)),
                         ids=lambda r: f"{r['kind']}-{r['answer'][:30]}")  # fmt: skip
def test_answers_are_judged_as_a_teacher_would(row: dict[str, str]) -> None:
    """The verdict is the expected one, and of a usual mistake the first story told is it."""
    question = sg.Question(row["kind"], **json.loads(row["question"]))
    found = sg.check(question, row["answer"])
    codes = [str(m.code) for m in found.mistakes]
    assert (row["verdict"], row["mistake"]) == (
        found.verdict, codes[0] if row["mistake"] and codes else row["mistake"] and ""
    ), found.message  # fmt: skip


def asked() -> list:
    """One row for every different question."""
    tables = cases(False), cases()
    first, every = ({(r["kind"], r["question"]): r for r in table} for table in tables)
    quick = {key: first[key] for key in [*first][::3]}
    return slow_siblings([*quick.values()], [r for key, r in every.items() if key not in quick])


@pytest.mark.parametrize(("f", "at", "slope"), [
    ("x^3 + x", "10", "1/13"), ("-x^3 - x", "10", "-1/13"), ("x^3 + 3x", "4", "1/6"),
    ("x^3 + x", "-68", "1/49"), ("x + e^x", "1", "1/2"),
])  # fmt: skip
def test_the_only_zero_of_a_wide_box_is_found(f: str, at: str, slope: str) -> None:
    """However wide the box is in which a zero is proved, it is narrowed to the zero."""
    assert slope == sg.Question("inverse", f, at=f"y={at}").posed.right()


@pytest.mark.parametrize("row", asked(), ids=lambda r: f"{r['kind']}-{r['question'][:40]}")
def test_the_answer_that_is_revealed_is_right(row: dict[str, str]) -> None:
    """What `right` gives is judged correct, and the worked solution ends with it or leads to it."""
    question = sg.Question(row["kind"], **json.loads(row["question"]))
    right = question.posed.right()
    assert "correct" == sg.check(question, right).verdict, right
    assert question.posed.worked()
    assert question.posed.asked()


@pytest.mark.parametrize(("f", "verdict"), [
    ("x^(2/3)", "incorrect"), ("(x^2)^(1/3)", "incorrect"), ("cbrt(x^4)", "correct"),
    ("x*|x|", "correct"),
])  # fmt: skip
def test_a_factor_that_vanishes_at_a_pole_makes_no_zero(
    f: str, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SymPy factors nothing, too: x*x^(-4/3) is not 0 at 0, and x*x^(-2/3) tends to 0."""
    monkeypatch.setattr(critical_points, "factored", lambda root, *_: (root, [root]))
    posed.cache_clear()
    assert verdict == sg.check(sg.Question("stationary", f), "0").verdict
    posed.cache_clear()


def test_every_kind_has_cases() -> None:
    assert set(kinds()) == {row["kind"] for row in cases()}


@pytest.mark.parametrize("given", [
    {"kind": "valu", "expression": "x"}, {"kind": "value", "expression": "x"},
    {"kind": "antiderivative", "expression": "x", "places": 3},
    {"kind": "value", "expression": "x", "at": "=2"},
    {"kind": "directional", "expression": "x*y", "direction": "(0, 0)"},
])  # fmt: skip
def test_a_question_that_means_nothing_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(sg.UsageError):
        assert sg.Question(**given).posed  # type: ignore[arg-type]


@pytest.mark.parametrize("at", ["y=2", "x=2x", "x=1/0"])
def test_a_point_without_a_derivative_is_refused(at: str) -> None:
    """x is the only variable, and a point is a number."""
    with pytest.raises(sg.SymgradError):
        sg.check(sg.Question("value", "|x|", at=at), "1")


def test_the_command_asks_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """Verdict and exit code are those of check."""
    assert 0 == main(["check", "--kind", "value", "x^3", "12", "--at", "x=2"])
    assert 1 == main(["check", "--kind", "value", "x^3", "8", "--at", "x=2", "--reveal"])
    assert "a right answer: 12" in capsys.readouterr().out


@pytest.mark.parametrize("given", [
    {"kind": "implicit", "expression": "x^2+y^2=-1"}, {"kind": "implicit", "expression": "x=3"},
    {"kind": "implicit", "expression": "x^2+y^2=25", "at": "x=3,y=5"},
    {"kind": "implicit", "expression": "x^2=y^2", "at": "x=0,y=0"},
    {"kind": "parametric", "wrt": "t", "x": "t^2", "y": "t*|t|", "at": "t=0"},
    {"kind": "parametric", "wrt": "t", "x": "3", "y": "t"},
    {"kind": "inverse", "expression": "x^2", "at": "y=4"},
    {"kind": "inverse", "expression": "x^2", "at": "y=-4"},
    {"kind": "inverse", "expression": "x^4", "at": "y=0"},
    {"kind": "inverse", "expression": "x^2"}, {"kind": "inverse", "expression": "|x|"},
    {"kind": "inverse", "expression": "x^3", "places": 3},
])  # fmt: skip
def test_a_curve_without_what_is_asked_for_is_refused(given: dict[str, str]) -> None:
    """No points, a point beside the curve, one with several tangents, no inverse or several."""
    with pytest.raises(sg.UsageError):
        sg.check(sg.Question(**given), "1")  # type: ignore[arg-type]


@pytest.mark.parametrize(("f", "domain", "right", "wrong"), [
    ("x^3+x", None, "0.25", "1/(3y^2+1)"), ("(2x+1)/(x-3)", "(3, oo)", "-7/(y-2)^2", "7/(y-2)^2"),
])  # fmt: skip
def test_an_inverse_without_a_short_formula_is_judged(
    f: str, domain: str | None, right: str, wrong: str
) -> None:
    """Formulas are held against the curve; only the revealed one needs the inverse itself."""
    at = {"at": "y=2"} if domain is None else {}
    question = sg.Question("inverse", f, domain=domain, **at)
    assert "correct" == sg.check(question, right).verdict
    assert "incorrect" == sg.check(sg.Question("inverse", f, domain=domain), wrong).verdict


@pytest.mark.parametrize(("f", "places"), [
    ("x*ln(x)", "{e^-1}"), ("x^x", "{e^-1}"), ("tan(x) - 2*x", "{-pi/4, pi/4}"),
    ("x - sin(x)", "{-2*pi, 0, 2*pi}"), ("cosh(x)", "{0}"), ("sin(x) + x^2", "{-0.450184}"),
    ("x^5 - x - 1", "{-(1/5)^(1/4), (1/5)^(1/4)}"),
    ("x*sqrt(4-x^2)", "{-sqrt(2), sqrt(2)}"), ("e^x - x", "{0}"), ("ln(x)/x", "{e}"),
])  # fmt: skip
def test_zeros_of_the_derivative_are_found_and_named(f: str, places: str) -> None:
    """In closed form where there is a short one; multiple ones, too."""
    domain = "(-pi/2, pi/2)" if "tan" in f else "[-10, 10]" if "sin" in f else None
    assert places == sg.Question("stationary", f, domain=domain).posed.right()


def test_what_is_not_proved_is_said() -> None:
    """e^x and its tangent meet twice in one point, which no short form names; lgamma goes on."""
    c = "(1+sqrt(2)+sqrt(3))"
    twice = sg.Question("stationary", f"e^x - e^{c}*(x + x^2/2 - {c}*x)", domain="[0, 9]")
    found = sg.check(twice, c)
    assert "undecided" == found.verdict
    assert None in [claim.holds for claim in found.claims]
    far = sg.check(sg.Question("stationary", "lgamma(x)", domain="(0, oo)"), "1.4616")
    assert ("correct", 1) == (far.verdict, len(far.remarks))


@pytest.mark.parametrize("f", ["e^x + cos(x)", "x sin(x)", "sin(x)/(6x + 3)", "sin(x^2)"])
@pytest.mark.parametrize("kind", ["stationary", "inflection", "extrema", "monotonicity"])
def test_a_list_of_what_goes_on_without_end_is_not_called_right(
    kind: str, f: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the window there are more of them, and they are no family: no list is given."""
    question = sg.Question(kind, f)
    with pytest.raises(sg.UsageError, match="not all zeros of the derivative of"):
        question.posed.right()
    with monkeypatch.context() as patch:
        patch.setattr("symgrad.questions.critical_points.Landscape.tell_all", lambda land: None)
        listed = question.posed.right()
    assert "undecided" == sg.check(question, listed).verdict


@pytest.mark.parametrize(("kind", "f", "more", "asked", "right"), [
    ("tangent", "x^2", {"at": "x=a"}, "the tangent line of x^2 at x = a", "y = a^2 + 2*a*(x - a)"),
    ("normal", "x^2", {"at": "x=a"}, "the normal line of x^2 at", "y = a^2 - (x - a)/(2*a)"),
    ("value", "a*x^3", {"at": "x=2", "order": 2}, "of a*x^3 at x = 2", "12*a"),
    ("taylor", "(1+x)^n", {"at": "x=0", "degree": 2}, "of (1 + x)^n at x = 0",
     "1 + n*x + n*(n - 1)*x^2/2"),
])  # fmt: skip
def test_letters_of_a_question_stay_in_what_is_said(
    kind: str, f: str, more: dict[str, object], asked: str, right: str
) -> None:
    """The numbers that are put in for them are shown to nobody."""
    posed = sg.Question(kind, f, **more).posed  # type: ignore[arg-type]
    assert asked in posed.asked()
    assert right == posed.right()
    assert right in posed.worked()[-1].line


def test_of_zeros_that_pile_up_some_are_known() -> None:
    """sin(1/x) has one at 2/((2n+1)*pi): each is right, and there are more."""
    question = sg.Question("stationary", "sin(1/x)", domain="(0, 1)")
    for answer in ("2/pi", "2/pi, 2/(3*pi), 2/(99*pi)"):
        found = sg.check(question, answer)
        assert ["more"] == [str(m.code) for m in found.mistakes]
        assert all(claim.holds for claim in found.claims)


def functions() -> list[dict[str, str]]:
    with (DATA / "stationary_functions.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_no_stationary_point_is_missed_and_nine_of_ten_sets_are_proved_complete() -> None:
    """SymPy's derivative, scanned in floats, changes its sign nowhere that we do not know of."""
    proved = 0
    for row in functions():
        asked = sg.Question("stationary", row["function"], domain=row["domain"] or None)
        land = asked.posed.land  # type: ignore[attr-defined]
        proved += land.complete and land.everywhere
        assert "correct" == sg.check(asked, asked.posed.right()).verdict, row
        known = sorted(mark.size for mark in land.marks)
        slope = sympy.lambdify("x", sympy.diff(land.f.sympy(), "x"), "numpy")
        low, high = (float(end) for end in (land.domain.window()))
        x = np.linspace(max(low, -10), min(high, 10), 20_011)[1:-1]
        with np.errstate(all="ignore"):
            y = np.asarray(slope(x), dtype=float) * np.ones_like(x)
        for a, b in zip(np.flatnonzero(y[:-1] * y[1:] < 0), itertools.repeat(x)):
            assert any(b[a] - 2e-3 <= k <= b[a + 1] + 2e-3 for k in known), (row, b[a])
    assert proved >= 0.9 * len(functions())


def test_the_table_of_kinds_is_the_table() -> None:
    """What the examples say of every kind is what its class says."""
    page = (DATA.parents[1] / "examples" / "sets" / "README.md").read_text(encoding="utf-8")
    for name, row in kinds().items():
        fields = (row.needs, row.takes)
        needs, takes = (", ".join(f"`{f}`" for f in names) or "-" for names in fields)
        assert f"| `{name}` | {row.wants} | {needs} | {takes} |" in page


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "which"), [
    ("inflection", None), ("extrema", None), ("extrema", "global"), ("monotonicity", "increasing"),
    ("monotonicity", "concave down"),
])  # fmt: skip
def test_what_is_revealed_of_a_hundred_functions_is_right(kind: str, which: str | None) -> None:
    """Decimals of zeros without a short form, families and intervals that repeat, too."""
    refused: list[str] = []
    for row in functions():
        asked = sg.Question(kind, row["function"], domain=row["domain"] or None, which=which)
        try:
            right = asked.posed.right()
        except sg.UsageError:  # the second derivative of |x| is 0 everywhere
            refused.append(row["function"])
            continue
        land = asked.posed.land  # type: ignore[attr-defined]
        verdict = sg.check(asked, right).verdict
        assert verdict == "correct" or not (land.complete and land.everywhere), (row, right)
    assert all("|" in f or "max" in f for f in refused), refused


@pytest.mark.parametrize(("f", "right", "left"), [
    ("e^x - x^2", 1, -1), ("x + sin(x)", 1, -1), ("atan(x) + x/(1+x^2)", 1, -1),
    ("x/sqrt(x^2+9) - (4-x)/sqrt((4-x)^2+1)", 1, -1), ("1/x - e^(-x)", 1, -1),
    ("e^(-x^2)*(1-2x^2)", -1, -1), ("ln(x) - 1", 1, None), ("sinh(x) - 2", 1, -1),
    ("(x^2)^(1/3)*(x-5)", 1, -1), ("2x*ln(x) + x + cos(x)", 1, None), ("x*sin(x)", None, None),
    ("e^(1/x) - 1", 1, -1), ("1 - cos(1/x)", 1, 1), ("tan(1/x)", 1, -1),
    ("tanh(x) - 1 + 1/x", 1, -1),
    ("ln(1 + 1/x)", 1, -1), ("x^(1/x) - 1", 1, None), ("acos(1 - 1/x^2)", 1, 1),
])  # fmt: skip
def test_signs_far_out_are_those_of_mpmath(f: str, right: int | None, left: int | None) -> None:
    """What is shown for all x beyond 64 holds where mpmath looks, and of x*sin(x) nothing is."""
    formula = parse(f)
    tape, at = Tape.of([formula.root]), sympy.lambdify("x", formula.sympy(), "mpmath")
    assert (right, left) == tuple(far_sign(tape, "x", 64, side) for side in (1, -1))
    with mpmath.workdps(50):
        for side, sign in ((1, right), (-1, left)):
            for x in (64, 64.5, 77, 100, 1000, 12345) if sign else ():
                assert sign == mpmath.sign(mpmath.re(at(mpmath.mpf(side * x))))


@pytest.mark.parametrize(("name", "value"), [
    ("places", -1), ("places", True), ("places", 10**6), ("order", 0), ("order", 1.5),
])  # fmt: skip
def test_numbers_of_a_question_are_whole_and_of_a_sensible_size(name: str, value: object) -> None:
    """-1 places are refused when the question is asked, not met while an answer is judged."""
    with pytest.raises(sg.UsageError, match=name):
        sg.Question("value", "x^2", at="x=2", **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", ["1", "0", "ln x"])
def test_no_story_of_logarithms_is_told_where_nothing_is_divided(answer: str) -> None:
    """e^(x^2) divides by nothing, and a constant is no multiple of anything."""
    found = sg.check(sg.Question("antiderivative", "e^(x^2)"), answer)
    assert ["unknown"] == [m.code for m in found.mistakes]


@pytest.mark.parametrize("kind", ["derivative", "gradient"])
def test_a_question_is_not_told_to_declare_names(kind: str) -> None:
    """Neither check nor its command has anything to declare them with."""
    with pytest.raises(sg.LanguageError) as raised:
        sg.check(sg.Question(kind, "xy"), "y")
    assert "write x*y" == raised.value.hint


def test_a_missing_field_is_asked_for_with_an_example_that_will_do() -> None:
    """Each field that a kind needs has an example, and with the examples the question stands."""
    for row in kinds().values():
        text, given = "x^2*y" if row.name == "directional" else "x^2", {}
        for name in row.needs:
            with pytest.raises(UsageError) as caught:
                sg.Question(row.name, text, **given)
            field, _, value = caught.value.hint.removeprefix("say so: ").partition("=")
            assert name == field
            given[name] = int(value) if value.isdigit() else value.strip('"')
        if row.needs:
            assert sg.Question(row.name, text, **given).posed.right()


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"kind": "tangent", "expression": "x^2", "at": 3}, "y = 6x - 9"),
        ({"kind": "tangent", "expression": "x^2", "at": "3"}, "y = 6x - 9"),
        ({"kind": "taylor", "expression": "sin x", "at": 0, "degree": 3}, "x - x^3/6"),
        ({"kind": "value", "expression": "x^2", "at": 0.5}, "1"),
        ({"kind": "value", "expression": "sin x", "at": "pi/3"}, "1/2"),
        ({"kind": "inverse", "expression": "x^3 + x", "at": 2}, "1/4"),
        ({"kind": "directional", "expression": "x^2 y", "direction": (3, 4), "at": (1, 2)}, "16/5"),
        ({"kind": "directional", "expression": "x y", "direction": "(3, 4)", "at": "(1, 2)"}, "2"),
        ({"kind": "implicit", "expression": "x^2 + y^2 = 25", "at": (3, 4)}, "-3/4"),
        ({"kind": "integral", "expression": "x^2", "domain": (0, 1)}, "1/3"),
        ({"kind": "integral", "expression": "x^2", "domain": "0..1"}, "1/3"),
        ({"kind": "integral", "expression": "x^2", "domain": "from 0 to 1"}, "1/3"),
        ({"kind": "integral", "expression": "x^2", "domain": "[0;1]"}, "1/3"),
        ({"kind": "integral", "expression": "e^(-x)", "domain": (0, float("inf"))}, "1"),
        ({"kind": "integral", "expression": "e^x", "domain": (None, 0)}, "1"),
        ({"kind": "stationary", "expression": "sin x", "domain": (0, 3)}, "pi/2"),
        ({"kind": "monotonicity", "expression": "x^3 - 3x", "which": "increasing"},
         "]-∞;-1] ∪ [1;+∞["),
        ({"kind": "monotonicity", "expression": "x^3 - 3x", "which": "increasing"},
         "]-∞;-1];[1;+∞["),
    ],
)  # fmt: skip
def test_a_point_and_a_domain_may_be_plain_numbers(fields: dict, answer: str) -> None:
    """What has one meaning needs no names; the answer's semicolons join nothing inside brackets."""
    assert "correct" == sg.check(sg.Question(**fields), answer).verdict


@pytest.mark.parametrize("at", [True, object(), (1, 2), "(1, 2)", "1, 2, 3", "z=2"])
def test_a_point_that_does_not_fit_is_told(at: object) -> None:
    """Too many numbers, or none at all: an error of ours that says what would do."""
    with pytest.raises(UsageError):
        sg.check(sg.Question(kind="tangent", expression="x^2", at=at), "y = 6x - 9")


@pytest.mark.parametrize("given", [
    {"kind": "tangent", "expression": "sqrt(|x*y|)", "at": "x=0, y=0"},
    {"kind": "tangent", "expression": "x^2*sin(1/x)", "at": "x=0"},
    {"kind": "value", "expression": "sin(x)/x", "at": "x=0"},
    {"kind": "value", "expression": "x^(3/2)", "at": "x=0"},
], ids=lambda g: g["expression"])  # fmt: skip
def test_of_a_point_without_a_known_slope_nothing_false_is_said(given: dict[str, str]) -> None:
    """Partials make no plane, a limit is no value, and at an end of a domain there is one side."""
    with pytest.raises(UsageError) as refused:
        sg.check(sg.Question(**given), "0")  # type: ignore[arg-type]
    assert "no derivative" not in str(refused.value)


@pytest.mark.parametrize(("given", "said", "formula"), [
    ({"kind": "implicit", "expression": "x^2+y^2=25", "order": 2}, "So dy/dx", "-x/y"),
    ({"kind": "implicit", "expression": "x^2+y^2=25", "order": 2}, "d2y/dx2", "-1/y - x^2/y^3"),
    ({"kind": "parametric", "x": "t^2", "y": "t^3", "order": 2}, "So the slope is", "3*t/2"),
    ({"kind": "parametric", "x": "t^2", "y": "t^3", "order": 2}, "derivative of the slope",
     "3/(4*t)"),
    ({"kind": "derivative", "expression": "x^4", "order": 3}, "So the derivative", "4*x^3"),
    ({"kind": "derivative", "expression": "x^4", "order": 3}, "order 3", "24*x"),
    ({"kind": "value", "expression": "x^4 + x", "at": "x=1", "order": 2}, "order 2", "12*x^2"),
])  # fmt: skip
def test_a_step_gives_what_it_says(given: dict[str, object], said: str, formula: str) -> None:
    """The formula of a step, SymPy's simplification says, is the one written here."""
    steps = sg.Question(**given).posed.worked()  # type: ignore[arg-type]
    (step,) = (step for step in steps if said in step.said)
    gap = sympy.sympify(f"({step.formula}) - ({formula})".replace("^", "**"))
    assert 0 == sympy.simplify(gap)


@pytest.mark.parametrize(("f", "more"), [
    ("sin x", {"at": "y=0"}), ("x^3-3x", {"at": "y=0"}),
    ("x^3-3x", {"at": "y=0", "domain": "[0,3]"}), ("x^3-3x^2", {"at": "y=0"}),
    ("x^2", {}), ("|x|", {}), ("sin x", {"domain": "[0,3]"}),
    ("x + 1/x", {"at": "y=3"}), ("tan x", {"at": "y=1"}), ("cosh x", {"at": "y=2"}),
])  # fmt: skip
def test_the_domain_that_is_advised_makes_an_inverse(f: str, more: dict[str, str]) -> None:
    """f takes a value twice; on the domain of the hint the question has an answer."""
    with pytest.raises(UsageError) as refused:
        assert sg.Question("inverse", f, **more).posed
    domain = str(refused.value.hint).removeprefix("give a domain: ")
    assert sg.Question("inverse", f, **{**more, "domain": domain}).posed


@pytest.mark.parametrize(("f", "at", "said"), [
    ("x^4", "y=0", "f has the slope 0 there"), ("cos(x-1/2)", "y=1", "f has the slope 0 there"),
    ("ln x", "y=100", "no x was found"), ("x^3-3x^2", "y=0", "takes y = 0 at 0, 3"),
])  # fmt: skip
def test_why_an_inverse_has_no_slope_is_told(f: str, at: str, said: str) -> None:
    """ln takes 100 farther out than anyone looks; at a zero that is touched f takes 0, too."""
    with pytest.raises(UsageError, match=said):
        assert sg.Question("inverse", f, at=at).posed


@pytest.mark.parametrize(("kind", "answer"), [
    ("stationary", "..., ..."), ("stationary", "(1;4) y+ (3;0)"), ("stationary", "x <"),
    ("inflection", "Wendepunkt fehlt hier"), ("integral", "..."), ("integral", "foo bar"),
    ("monotonicity", "x < foo"), ("antiderivative", "the answer"), ("taylor", "1 + x < 3"),
])  # fmt: skip
def test_nobody_is_told_to_give_a_derivative_where_none_is_asked_for(
    kind: str, answer: str
) -> None:
    """An answer that cannot be read is told what is asked for, and no letters as the question's."""
    more = {"integral": {"domain": "[0, 1]"}, "taylor": {"at": "0", "degree": 2}}.get(kind, {})
    found = sg.check(sg.Question(kind, "x^3 - 3x", **more), answer)  # type: ignore[arg-type]
    assert "invalid" == found.verdict
    assert not {"derivative", "n,"} & set(found.message.split())


ROUNDED = {  # kind, fields, answer: what a right answer rests upon
    ("value", "e^x", "2.72", (("at", "x=1"), ("places", 2))): "equal when rounded to 0.01",
    ("value", "e^x", "2.7", (("at", "x=1"), ("places", 1))): "equal when rounded to 0.1",
    ("value", "e^x", "3", (("at", "x=1"), ("places", 0))): "equal when rounded to 1",
    ("value", "e^x", "e", (("at", "x=1"),)): "equal to 50 digits",
    ("value", "x^3/9", "0.333", (("at", "x=1"), ("rounding", "accept"))):
        "equal when rounded to 0.001",
    ("integral", "1/x", "0.693", (("domain", "[1, 2]"), ("places", 3))):
        "equal when rounded to 0.001",
    ("gradient", "e^x*y", "(5.4, 2.7)", (("at", "x=1, y=2"), ("places", 1))):
        "equal when rounded to 0.1",
    ("stationary", "x^3 - 6x", "1.41, -1.41", (("places", 2),)): "equal when rounded to 0.01",
    ("stationary", "x^3 - 6x", "sqrt 2, -sqrt 2", ()): "equal at 2 points to 50 digits",
    ("stationary", "sin x + x^2", "-0.45", ()): "equal when rounded to 0.01",
}


@pytest.mark.parametrize(("kind", "f", "answer", "more"), ROUNDED)
def test_a_rounded_number_is_not_equal_to_fifty_digits(
    kind: str, f: str, answer: str, more: tuple[tuple[str, Any], ...]
) -> None:
    """e is 2.71828..., so that 2.72 is right to two places and no more."""
    found = sg.check(sg.Question(kind, f, **dict(more)), answer)
    told = ROUNDED[kind, f, answer, more]
    assert ("correct", told) == (found.verdict, str(found.evidence))
    assert (found.evidence.digits == 50) is ("50 digits" in told)


@pytest.mark.parametrize(("places", "said"), [(1, "Round to 1 place."), (2, "Round to 2 places.")])
def test_one_place_is_one(places: int, said: str) -> None:
    """The number agrees with its word, in the other languages, too."""
    asked = sg.Question("value", "e^x", at="x=1", places=places).posed.asked()
    assert asked.endswith(said)
    assert ("Nachkommastellen." in spoken(asked, "de")) is (places != 1)
