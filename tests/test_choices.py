"""Second derivatives choose: a branch that is not taken, and has no value there, adds nothing."""

from __future__ import annotations

from typing import Any

import mpmath
import pytest

import symgrad as sg

# f, a point at which some branch not taken has no value, and f as it is there
ROWS: list[tuple[str, dict[str, float], Any]] = [
    ("if(r<1, sqrt((1-r)*(1+r)), 0)", {"r": 2.0}, lambda r: 0 * r),
    ("if(x>0, ln(x), x^2)", {"x": -1.5}, lambda x: x**2),
    ("if(x>0, sqrt(x), x^3)", {"x": -2.0}, lambda x: x**3),
    ("if(x<0, exp(x), 1/(1+x))", {"x": -1.0}, mpmath.exp),
    ("if(x>1, acosh(x), asin(x))", {"x": 0.5}, mpmath.asin),
    ("if(x>1, acosh(x), asin(x))", {"x": 2.5}, mpmath.acosh),
    ("if(x>0, x*ln(x), sin(x))", {"x": -0.75}, mpmath.sin),
    ("max(ln(x), x^3)", {"x": 2.0}, lambda x: x**3),
    ("sqrt(relu(x))*x^2 + x^3", {"x": -1.25}, lambda x: x**3),
    ("ln(1 + relu(x)) + x^4", {"x": -0.5}, lambda x: x**4),
    ("acos(clamp(x, -1, 1)) + x^2", {"x": 2.0}, lambda x: x**2),
    ("if(x>0, if(x>1, ln(x-1), x^2), sqrt(-x))", {"x": 0.5}, lambda x: x**2),
    ("if(x>0, 1, 0)*ln(x^2+1) + if(x>0, ln(x), x)^2", {"x": -2.0}, lambda x: x**2),
    ("min(sqrt(x), x^2 + x)", {"x": 4.0}, mpmath.sqrt),
    ("elu(x)^2 + if(x<0, x, ln(x))", {"x": -1.0}, lambda x: mpmath.expm1(x) ** 2 + x),
    ("leaky_relu(ln(x))", {"x": 0.5}, lambda x: mpmath.log(x) / 100),
    ("if(x<1, (1-x)^1.5, 0)", {"x": 3.0}, lambda x: 0 * x),
    ("if(x>0, x^x, x^2)", {"x": -1.5}, lambda x: x**2),
    ("if(x>0, sqrt(x)*ln(x), x^2)", {"x": -2.0}, lambda x: x**2),
    ("if(x^2>2, atanh(1/x), atanh(x))", {"x": 0.5}, mpmath.atanh),
]


def second(f: Any, x: float) -> float:
    with mpmath.workdps(60):
        return float(mpmath.diff(f, mpmath.mpf(x), 2))


@pytest.mark.parametrize(("text", "point", "there"), ROWS)
def test_the_branch_that_is_taken_has_the_hessian(
    text: str, point: dict[str, float], there: Any
) -> None:
    """The Hessian of a choice is that of its branch, in the engine and in every backend."""
    f = sg.parse(text)
    ((name, x),) = point.items()
    expected = pytest.approx(second(there, x), rel=1e-12, abs=1e-15)
    assert expected == f.hessian(point)[name][name]
    for backend in ("llvm", "python", "numpy"):
        compiled = sg.compile(f, order=2, backend=backend)
        assert expected == compiled.hessian(point)[name][name], backend
        many = compiled.batch({name: [x, x, x]})[2][name][name]
        assert [expected] * 3 == list(many), backend
        assert expected == compiled.hvp(point, {name: 1.0})[name], backend


@pytest.mark.parametrize(("text", "point", "there"), ROWS[:8])
def test_the_branch_that_is_taken_is_verified(
    text: str, point: dict[str, float], there: Any
) -> None:
    """Order 2 is verified where the branch that is taken is smooth."""
    ((name, x),) = point.items()
    found = sg.parse(text).verify(point, order=2)
    assert "verified" == found.verdict
    assert pytest.approx(second(there, x), rel=1e-14, abs=1e-18) == found.partials[name].exact


def test_many_choices_cost_little() -> None:
    """The gradient's graph grows with the number of choices, not with its square."""
    sizes = []
    for n in (20, 40):
        text = "x"
        for _ in range(n):
            text = f"relu({text} + 1)"
        sizes.append(len(sg.parse(text).backpropagated("x").tape))
    assert sizes[1] <= 2 * sizes[0] + 10
