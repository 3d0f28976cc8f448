"""Derivations: the rule's name, the line, the result, all true."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import symgrad as sg
from symgrad.cli import main
from symgrad.cli.explain import TEXT, derivation, equation, title
from symgrad.expression import Expression
from symgrad.homework.explaining import RULE_NAMES, checked, explain
from symgrad.ops import OPS
from symgrad.sentences import spoken

from .random_graphs import random_case

RULES = [  # formula, the first step's rule, in letters, and with its parts
    ("x^2*sin(3x)", "product rule", "(u*v)' = u'*v + u*v'",
     "(x^2*sin(3*x))' = (x^2)'*sin(3*x) + x^2*(sin(3*x))'"),
    ("(x+1)/(x-1)", "quotient rule", "(u/v)' = (u'*v - u*v')/v^2",
     "((x + 1)/(x - 1))' = ((x + 1)'*(x - 1) - (x + 1)*(x - 1)')/(x - 1)^2"),
    ("3/x^2", "reciprocal rule", "(c/u)' = -c*u'/u^2", "(3/x^2)' = -3*(x^2)'/(x^2)^2"),
    ("x^5", "power rule", "(x^n)' = n*x^(n - 1)", "(x^5)' = 5*x^4"),
    ("(x^2+1)^5", "chain rule with the power rule", "(u^n)' = n*u^(n - 1)*u' with u = x^2 + 1",
     "((x^2 + 1)^5)' = 5*(x^2 + 1)^4*(x^2 + 1)'"),
    ("sin(3x)", "chain rule with the derivative of sin", "(sin(u))' = cos(u)*u' with u = 3*x",
     "(sin(3*x))' = cos(3*x)*(3*x)'"),
    ("ln(x)", "derivative of ln", "(ln(x))' = 1/x", "(ln(x))' = 1/x"),
    ("7*sin(x)", "constant factor rule", "(c*u)' = c*u'", "(7*sin(x))' = 7*(sin(x))'"),
    ("x^3 - 5x^2 + 4x - 7", "sum rule", "(u + v)' = u' + v'",
     "(x^3 - 5*x^2 + 4*x - 7)' = (x^3)' - (5*x^2)' + (4*x)'"),
    ("2^x", "exponential rule", "(a^x)' = a^x*ln(a)", "(2^x)' = 2^x*ln(2)"),
    ("e^(-x)", "chain rule with the exponential rule", "(e^u)' = e^u*u' with u = -x",
     "(e^-x)' = e^-x*(-x)'"),
    ("x^x", "power rule for two functions", "(u^v)' = v*u^(v - 1)*u' + u^v*ln(u)*v'",
     "(x^x)' = x*x^(x - 1) + x^x*ln(x)"),
    ("if(x > 0, x^2, 2x)", "case by case", "",
     "(if(x > 0, x^2, 2*x))' = if(x > 0, (x^2)', (2*x)')"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "letters", "line"), RULES)
def test_rule(text: str, rule: str, letters: str, line: str) -> None:
    """A step names its rule, states it in letters, and applies it to its own parts."""
    found = explain(sg.parse(text))
    first = found.steps[0]
    assert (rule, letters, line) == (first.rule, title(first, TEXT), equation(first, TEXT))
    assert "verified" == found.verdict


ONE_ARGUMENT = [o.name for o in OPS.values() if o.arity == 1 and not o.hidden and not o.infix]


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_every_function(name: str) -> None:
    """Every function of the table is explained at x/2 + 1/4 or outside (-1, 1), and verified."""
    inner = "2 + x^2" if name in ("acosh", "asec", "acsc", "acoth") else "x/40 + 1/4"
    found = explain(sg.parse(f"{OPS[name].text or name}({inner})"), "x")
    assert "verified" == found.verdict
    assert all(step.points >= 3 for step in found.steps)


@pytest.mark.parametrize("seed", range(24))
def test_random_formulas(seed: int) -> None:
    """No step of any derivation disagrees with SymPy, and all of it can be written down."""
    f = Expression(random_case(seed, 3 + seed % 8).root)
    if f.variables:
        found = explain(f, f.variables[0])
        assert "wrong" != found.verdict
        assert all(derivation(found, form) for form in ("text", "markdown", "latex"))


def test_last_line() -> None:
    """The last line is the readable formula of the derivative."""
    f = sg.parse("x^2*sin(3x)")
    assert f"f'(x) = {f.diff('x')}" == derivation(explain(f))[-1]


def test_shared_parts_are_derived_once() -> None:
    """A part that occurs twice is derived in one step, which both uses name."""
    found = explain(sg.parse("sin(sin(x)) + sin(x)"))
    assert ["sum rule", "chain rule with the derivative of sin", "derivative of sin"] == [
        step.rule for step in found.steps
    ]
    assert (2, 3) == found.steps[0].needs and (3,) == found.steps[1].needs


def test_a_wrong_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step whose rule is wrong is called wrong, and the exit code says so."""
    wrong = replace(OPS["sin"], textbook=(lambda m, y, x: -m.cos(x),))
    monkeypatch.setitem(OPS, "sin", wrong)
    found = explain(sg.parse("x*sin(x)"))
    assert [False, False] == [step.verified for step in found.steps]
    assert ("wrong", 1) == (found.verdict, found.exit_code)


def test_a_wrong_line_is_found() -> None:
    """A wrong line is told from a right result: both are held against SymPy."""
    f, right, wrong = (sg.parse(t).root for t in ("x^3", "3x^2", "2x^2"))
    assert (True, 18) == checked(f, (right, right), "x")
    assert False is checked(f, (wrong, right), "x")[0]
    assert False is checked(f, (right, wrong), "x")[0]


def test_nowhere_defined() -> None:
    """What has no real value anywhere is never called verified."""
    found = explain(sg.parse("sqrt(-1 - x^2)"))
    assert ("undecided", 3) == (found.verdict, found.exit_code)


def test_too_long() -> None:
    """A derivation that nobody would read is refused."""
    text = "+".join(f"sin({k}*x)" for k in range(2, 200))
    with pytest.raises(sg.LimitReached):
        explain(sg.parse(text))


@pytest.mark.parametrize("form", ["text", "unicode", "markdown", "latex"])
def test_formats(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every format holds every step and ends with the derivative."""
    assert 0 == main(["explain", "x^2 sin(3x)", "--format", form])
    out = capsys.readouterr().out
    for rule in ("product rule", "power rule", "chain rule", "constant factor rule"):
        assert rule in out
    assert "f'(x) =" in out.splitlines()[-1]
    assert not any(ord(c) >= 0x4E00 for c in out)


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has each step's rule, place, line and result."""
    assert 0 == main(["explain", "x y + y", "--wrt", "y", "--json"])
    found = json.loads(capsys.readouterr().out)
    first = found["steps"][0]
    assert ("sum rule", "x*y + y", "(x*y)' + y'", "x + 1") == (
        first["rule"], first["on"], first["becomes"], first["result"]
    )  # fmt: skip
    assert "y" == found["wrt"] and "verified" == found["verdict"]


def test_which_variable(capsys: pytest.CaptureFixture[str]) -> None:
    """With several variables the command asks for one."""
    assert 2 == main(["explain", "x y"])
    assert "which variable?" in capsys.readouterr().err


def test_deep() -> None:
    """Sixty functions inside each other are explained without recursion."""
    text = "x"
    for _ in range(60):
        text = f"sin({text})"
    found = explain(sg.parse(text))
    assert 60 == len(found.steps)
    assert "derivative of sin" == found.steps[-1].rule


def test_deeper_than_it_can_be_verified() -> None:
    """A hundred and twenty functions inside each other are refused before any step is held."""
    text = "x"
    for _ in range(120):
        text = f"sin({text})"
    with pytest.raises(sg.LimitReached, match="100 steps deep"):
        explain(sg.parse(text))


def test_every_rule_has_a_name_in_every_language() -> None:
    """What the table calls a rule is a sentence that can be told in German."""
    assert {op.rule for op in OPS.values() if op.rule} == set(RULE_NAMES)
    steps = explain("x^2 sin(3x)").steps
    told = [spoken(step.rule, "de") for step in steps]
    names = ["Produktregel", "Potenzregel", "Kettenregel mit Ableitung von sin", "Faktorregel"]
    assert names == told
