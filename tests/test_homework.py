"""Answers to homework: verdicts, evidence, witnesses, readings, invalid answers, limits."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

import symgrad as sg
from symgrad.errors import LanguageError, UsageError

from .counting import counted

ROWS = list(csv.DictReader((Path(__file__).parent / "data/homework.csv").open(encoding="utf-8")))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['expression']} ~ {r['student_answer']}")
def test_samples(row: dict[str, str]) -> None:
    """Every verdict of the samples is right; equal on a part counts as incorrect."""
    found = sg.check(row["expression"], row["student_answer"], row["variable"])
    verdict = "incorrect" if found.verdict == "equal_on_part" else found.verdict
    assert row["verdict"] == verdict


CORRECT = """
x^3*cos(2*x) | 3x^2cos2x - 2x^3sin2x
sin(x)^2 | 2sinxcosx
ln(x)/x | (1-lnx)/x²
cbrt(x) | 1/(3x^(2/3))
cbrt(x)^2 | 2/(3x^(1/3))
root(x,5) | 1/5*x^(-4/5)
10^x | ln10*10^x
log10(x) | log_10(e)/x
x^x | (ln x + 1)x^x
sqrt(x) | \\frac{1}{2\\sqrt{x}}
e^(e^x) | e^(x+e^x)
sigmoid(x) | e^x/(1+e^x)^2
abs(x) | if(x>0, 1, -1)
asin(x-100) | 1/sqrt(1-(x-100)^2)
sqrt(1/10000-(x-1/2)^2) | (1/2-x)/sqrt(1/10000-(x-1/2)^2)
ln(ln(ln(x))) | 1/(x ln(x) ln(ln(x)))
x^2 | 2x*e^(x-x)
(x-a)^6000 | 6000*(x-a)^5999
""".strip().splitlines()


@pytest.mark.parametrize("line", CORRECT)
def test_correct_in_any_form(line: str) -> None:
    """A right answer is right however it is written, with points and digits as evidence."""
    expression, answer = line.split(" | ")
    found = sg.check(expression, answer, "x")
    assert found.verdict == "correct"
    assert found.evidence.points >= 3
    assert found.evidence.digits == 50
    assert found.credit == 1


NEARLY = """
x^2 | 2x + 10^-60
x^2 | 2*sqrt(x)^2
x^2 | 2*|x|
x^2 | if(x>50, 3x, 2x)
x^2 | if(x<-2000, 3x, 2x)
sin(x) | cos(x)+10^-40*sin(x)
ln(x) | 1/x + 1/10^12
e^(1000x) | 1000*e^(1000*k)
3 sin(x^12/pi) | 3 sin(x^12/pi)
6^(3x^2+4x-2) | (6x+4)*ln(3x^2+4x-2)
""".strip().splitlines()


@pytest.mark.parametrize("line", NEARLY)
def test_nearly_right_is_wrong(line: str) -> None:
    """What differs somewhere on an interval is never accepted, however little."""
    expression, answer = line.split(" | ")
    assert sg.check(expression, answer, "x").verdict in ("incorrect", "equal_on_part", "invalid")


def test_part() -> None:
    """An answer that is right on a part of the domain is told which part."""
    found = sg.check("x^2", "2|x|")
    assert found.verdict == "equal_on_part"
    assert "right for x > 0, but not for x < 0" in found.message


def test_real_roots() -> None:
    """x^(-2/3) is read as the real root where f exists left of 0, and the message says so."""
    found = sg.check("cbrt(x)", "x^(-2/3)/3")
    assert found.verdict == "correct"
    assert "real root" in found.message


def test_witness() -> None:
    """A wrong answer comes with a point, what it gives there and the slope."""
    found = sg.check("x^3", "x^2*2")
    assert {"x": "2"} == found.witness.point
    assert ("8", "12") == (found.witness.yours, found.witness.slope)


def test_witness_of_a_constant_slope() -> None:
    """Where the derivative is a number, no witness shows it."""
    assert sg.check("7x", "3").witness.slope is None
    none = sg.check("|x|", "x/|x|, 0 for x=0").witness
    assert ("", "at x = 0 yours is 0, but f has no slope there") == (none.slope, str(none))


def test_readings() -> None:
    """Where only a later reading is right, the brackets are asked for."""
    assert sg.check("x^2/4", "1/2x").verdict == "correct"
    found = sg.check("ln(x)/2", "1/2x")
    assert ("invalid", "ambiguous") == (found.verdict, found.mistakes[0].code)
    assert "1/(2*x)" in found.message
    assert sg.check("x^3", "1/2x").verdict == "incorrect"


INVALID = """
empty |
empty | $$
syntax | 2x+
unbalanced | 2(x
unbalanced | sin x)
not_an_expression | x < 2
not_an_expression | 2x or -2x
not_an_expression | I don't know
not_an_expression | true
unknown_function | foo(x)
unknown_function | sine(x)
function_without_argument | sin
undefined | ln(-1-x^2)
undefined | 1/0
unevaluated_derivative | d/dx x^2
unevaluated_derivative | 2x'
forbidden | __import__('os').system('ls')
forbidden | 2*x; 1
forbidden | 2\u202ex
forbidden | 10^10^10
latex_error | \\frac{2x}
unknown_name | 2t
unknown_name | C
""".strip().splitlines()


@pytest.mark.parametrize("line", INVALID)
def test_invalid(line: str) -> None:
    """What is not one formula is invalid, with a code and a reason."""
    code, _, answer = line.partition(" |")
    found = sg.check("x^2", answer.removeprefix(" "))
    assert ("invalid", code) == (found.verdict, found.mistakes[0].code)
    assert found.message


def test_caret() -> None:
    """The message shows the place."""
    assert "    2(x\n     ^" in sg.check("x^2", "2(x").message


def test_rounding() -> None:
    """Rounded constants are recognised; the teacher chooses whether they pass."""
    assert sg.check("x^3/9", "0.333*x^2").mistakes[0].code == "rounded_constant"
    assert sg.check("x^3/9", "0.333*x^2", rounding="accept").verdict == "correct"
    assert sg.check("x^3/9", "0.35*x^2", rounding="accept").verdict == "incorrect"
    assert sg.check("x^2", "2.01*x", rounding="accept").verdict == "incorrect"
    assert sg.check("x^2/3", "0.66x", rounding="accept").verdict == "correct"  # digits cut off
    assert sg.check("x^(1/3)", "0.33x^(-0.67)", rounding="accept").verdict == "correct"
    with pytest.raises(UsageError):
        sg.check("x^2", "2x", rounding="perhaps")


ROUNDED = """
x | 0.99 | incorrect
-x | -0.99 | incorrect
x^2 | 1.999x | incorrect
x^2/8 | 0.24x | incorrect
x^3 | 2.99x^2 | incorrect
e^x | 0.99e^x | incorrect
x^3/3 | x^1.99 | incorrect
sqrt(x) | 0.5x^-0.49 | incorrect
1/(x+1) | -1/(x+0.99)^2 | incorrect
x^2+0.02x | 2x+0.01 | incorrect
x^3+sqrt(2)x | 2.99x^2+1.41 | incorrect
x/7 | 0.15 | incorrect
x/7 | 0.14 | correct
200x/3 | 66.7 | correct
200x/3 | 66.6 | correct
200x/3 | 66.8 | incorrect
10^x | 2.3*10^x | correct
10^x | 2.30*10^x | correct
10^x | 2.31*10^x | incorrect
2.34x | 2.3 | correct
2.34x | 2.30 | incorrect
pi x | 3.1 | correct
e x | 2.7 | correct
e x | 2.8 | incorrect
-2x/3 | -0.66 | correct
-2x/3 | -0.68 | incorrect
x^(8/3) | 2.67x^1.67 | correct
x^(8/3) | 2.67x^1.65 | incorrect
1/(3x+1) | -0.33/(x+0.33)^2 | correct
e^(x/3) | 0.33e^(0.33x) | correct
x^2/6+1.334x | 0.33x+1.33 | correct
""".strip().splitlines()


@pytest.mark.parametrize("line", ROUNDED)
def test_digits_of_a_rounded_number(line: str) -> None:
    """As many digits as were typed are right, rounded or cut off, and at least two."""
    expression, answer, verdict = line.split(" | ")
    found = sg.check(expression, answer, rounding="accept")
    assert verdict == found.verdict
    told = sg.check(expression, answer).mistakes[0].code
    assert (verdict == "correct") == (told == "rounded_constant")


def test_orders() -> None:
    """Higher orders are judged, and the wrong order is named."""
    assert sg.check("x^4", "12x^2", order=2).verdict == "correct"
    assert sg.check("x^4", "4x^3", order=2).mistakes[0].code == "not_differentiated_enough"
    assert "second_derivative" in [m.code for m in sg.check("x^4", "12x^2").mistakes]


def test_variables() -> None:
    """wrt may be left out where there is one variable, and must be given elsewhere."""
    assert sg.check("t^2", "2t").verdict == "correct"
    assert sg.check("5", "0").verdict == "correct"
    assert sg.check("a*x^2", "2ax", "x").verdict == "correct"
    with pytest.raises(UsageError):
        sg.check("a*x^2", "2ax")
    with pytest.raises(LanguageError):
        sg.check("x^", "2x")


def test_proof() -> None:
    """With prove the evidence may be a proof."""
    assert sg.check("x^2*sin(x)", "x*(2*sin(x)+x*cos(x))", prove=True).evidence.proved


HOSTILE = {
    "tower": "10^10^10", "factorials": "((9!)!)!", "name": "a" * 10**6, "brackets": "(" * 10**5,
    "nested": "(" * 190 + "x" + ")" * 190, "signs": "-" * 4900 + "x",
    "sums": "+".join(["x"] * 2400),
    "products": "*".join(f"(x+{i})" for i in range(600)), "e": "e^" * 150 + "x",
    "sines": "sin(" * 160 + "x" + ")" * 160, "power": "(x+1)^99999999999", "gamma": "gamma(e^e^x)",
    "bessel": "besselj(100,x^100)", "huge": "besselj(10000,x*10^5)", "root": "root(x,999999999)",
    "polygamma": "polygamma(300,-x)", "import": "__import__('os')", "invisible": "2\u202ex\u200b",
    "digits": "1" * 399 + "x", "slashes": "1/2x/3y/4z", "max": "max(" + ",".join("x" * 1500) + ")",
    "surrogate": "\ud800", "latex": "\\frac" * 900, "bars": "|" * 2000, "dots": "0.1" * 1000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    """Whatever is typed is answered with bounded work, and never accepted."""
    judgement, work = counted(lambda: sg.check("x^2*sin(x)", HOSTILE[name]))
    assert judgement.verdict in ("incorrect", "invalid", "undecided")
    assert 2_000_000 > work


def test_command(tmp_path: Path) -> None:
    """symgrad check prints the judgement, its exit code is the verdict's."""
    for answer, code in (("2x", 0), ("x^2", 1), ("2(x", 2)):
        assert code == _run("check", "x^2", answer).returncode
    found = json.loads(_run("check", "x^2 sin x", "2x cos x", "--json").stdout)
    assert "product_of_derivatives" == found["mistakes"][0]["code"]
    assert "2*x*sin(x) + x^2*cos(x)" in _run("check", "x^2 sin x", "x", "--reveal").stdout
    working = tmp_path / "working.txt"
    working.write_text("f'(x) = 2x sin x + x^2 cos x\n= x(2 sin x - x cos x)\n", encoding="utf-8")
    judged = _run("check", "x^2 sin x", "--working", str(working))
    assert 1 == judged.returncode
    assert "Line 2" in judged.stdout


def _run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "symgrad", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("order", "verdict"), [(12, "incorrect"), (20, ""), (30, "")])
def test_a_derivative_of_high_order_is_judged_or_refused(order: int, verdict: str) -> None:
    """Its graph grows by the factor 1.8 an order: beyond twice the nodes of a formula it ends."""
    if not verdict:
        with pytest.raises(sg.LimitReached, match="order 13 of"):
            sg.check("e^(x^2)*sin(x)", "x", order=order)
        return
    assert verdict == sg.check("e^(x^2)*sin(x)", "x", order=order).verdict
    assert "correct" == sg.check("x^2*e^x", f"(x^2 + {2 * order}x + {order * (order - 1)})*e^x",
                                 order=order).verdict  # fmt: skip
