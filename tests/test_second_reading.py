"""What people type outside the table of cases: own functions, sums, conditions, logs, halves."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import symgrad as sg
from symgrad import notation
from symgrad.errors import Fault, LanguageError

READ = [
    ("f(t) = t^3 - t; f(2x)", "(2*x)^3 - 2*x"),
    ("g(u, v) = u/v; g(x, y) + g(y, x)", "x/y + y/x"),
    ("h(x) = x + 1; h(h(x))", "x + 1 + 1"),
    ("sum(cos(n*x), n, 0, 2)", "1 + cos(x) + cos(2*x)"),
    ("sum(x^j/j, j, -2, -1)", "-x^-2/2 - x^-1"),
    ("if(x > 0 and x < 2, x, 0)", "if(x > 0, if(x < 2, x, 0), 0)"),
    ("if(x < 0 or x > 2, 1, x)", "if(x < 0, 1, if(x > 2, 1, x))"),
    ("if(not x > 1, x^2, x)", "if(x > 1, x, x^2)"),
    ("[x + 1]*{x - 1}", "(x + 1)*(x - 1)"),
    ("log_7(x)", "ln(x)/ln(7)"),
    (r"\log{\left(x \right)}^{2}", "ln(x)^2"),
    (r"\sin{(x)}^2", "sin(x)^2"),
    (r"\mathrm e^{x}\mbox{ }x", "x*e^x"),
    ("log_.5(x)", "ln(x)/ln(0.5)"),
    ("log_{1/3}(x)", "-ln(x)/ln(3)"),
    ("log_(a+1) x^2", "ln(x^2)/ln(a+1)"),
    ("log_{a+1}^2(x)", "(ln(x)/ln(a+1))^2"),
    ("log_α(x)", "ln(x)/ln(alpha)"),
    (r"\log_{a^2}x", "ln(x)/ln(a^2)"),
    (r"\log_\pi x", "ln(x)/ln(pi)"),
    (r"\log_{\sqrt2}\left(x+1\right)", "ln(x+1)/ln(sqrt(2))"),
    (r"\begin{cases}x^2, & \mbox{if }x>3;\\[4pt] x, & x\le3.\end{cases}", "if(x>3, x^2, x)"),
    (r"\left\{\begin{matrix}x^2 &, x>3\\x &, x\le3\end{matrix}\right.", "if(x>3, x^2, x)"),
    ("½x^2", "x^2/2"),
    ("𝑥^2 + 𝑦", "x^2 + y"),
    ("x\u200b^2", "x^2"),
]
REFUSED = [
    ("2 1/2 x", "two numbers side by side"),
    (r"\sin{x}^2", "sin(x)^2 or sin(x^2)"),
    (r"\ln{(x)(x + 1)}^2", "can mean"),
    ("log_(-2)(x)", "to the base -2"),
    ("log(x, 1)", "to the base 1"),
    ("log_2(x, y)", "log_2 takes 1 argument"),
    ("log_(2)", "no argument"),
    (r"a\over b\over c", "a second \\over"),
    ("sum(x^k, k, 0, n)", "whole numbers as bounds"),
    ("k = 3; sum(x^k, k, 0, 2)", "cannot be an index"),
    ("sum(e*x, e, 0, 2)", "cannot be an index"),
    ("f(x) = x^2; log_f(x)(2)", "log_f"),
    ("sum(x^k, k, 1.5, 3)", "whole numbers as bounds"),
    ("a = 2; x^2", "a"),
    ("sum(k*x, k, 3, 1)", "from 3 to 1"),
    ("f(t) = t^2; f(x, y)", "takes 1 argument"),
    ("arctanh2(x)", "arctanh2"),
]


@pytest.mark.parametrize(("text", "means"), READ)
def test_read(text: str, means: str) -> None:
    """Each means what is written out beside it, at three points."""
    read, meant = sg.parse(text), sg.parse(means)
    for x in (0.75, 1.5, 3.25):
        point = {n: x + i for i, n in enumerate(read.variables)}
        assert read(**point) == pytest.approx(meant(**point), rel=1e-14)


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_refused(text: str, said: str) -> None:
    """Each is refused with a place and a reason."""
    with pytest.raises(LanguageError) as caught:
        sg.parse(text)
    assert said in caught.value.message
    assert caught.value.position is not None


@pytest.mark.parametrize(
    ("text", "value"),
    [("sum(k, k, 1, 100)", 5050), ("sum(1, 2, 3)", 6), ("2^sum(1, 2)", 8), ("dot(1, 2, 3, 4)", 11),
     ("1/(sum(1, 2) - 3 + x)", 1 / 3), ("sum(k^2, k, -2, 2)/dot(1, 2)", 5)],
)  # fmt: skip
def test_constant_sums(text: str, value: float) -> None:
    """A sum of numbers is the number that it is, also in an exponent."""
    f = sg.parse(text)
    assert value == f({"x": 3.0} if f.variables else {})


@pytest.mark.parametrize(
    "text",
    ["D_x*x", "x*D_x*y", "F*(x + 1)", "f^2*(x + 1)", "f_n^2*(x + 1)", "D*(x + 1)", "H_0*(x - 1)"],
)
def test_products_with_letters_of_functions(text: str) -> None:
    """What would be a function or the sign of a derivative is printed with a dot, and read back."""
    f = sg.parse(text)
    assert str(f) == str(sg.parse(notation.latex(f.root)))


def test_a_mixed_number_is_told_apart() -> None:
    """Both things that 2 1/2 can mean are offered, and both are read."""
    with pytest.raises(LanguageError) as caught:
        sg.parse("x^2 + 2 1/2")
    assert "write 2 + 1/2 for one number, 2*(1/2) for the product" == caught.value.hint
    assert (2.5, 1.0) == (sg.parse("2 + 1/2")(), sg.parse("2*(1/2)")())


def test_a_sum_that_runs_over_nothing_is_a_plain_sum() -> None:
    """Four arguments are an index only where the second is a name of the first."""
    for text in ("sum(x, y, 1, 2)", "sum(x, x, 1, (2))", "sum(x, y, z, w)"):
        read = sg.parse(text)
        assert "sum" == read.root.op.name
        assert read == sg.parse(str(read))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("tahn", "tanh"), ("cso", "cos"), ("sniH", "sinh"), ("lgo", "log"), ("tna", "tan")],
)
def test_letters_in_another_order(typed: str, meant: str) -> None:
    """A name with exactly the letters of another is meant as that one."""
    with pytest.raises(LanguageError, match=f"did you mean {meant}"):
        sg.parse(f"{typed}(x)")


@pytest.mark.parametrize("blank", ["", " ", "\n", "  "])
@pytest.mark.parametrize(
    "environment",
    [r"\begin{cases}%s\end{cases}", r"\left\{\begin{array}{ll}%s\end{array}\right."],
)
def test_rows_of_cases_in_answers(environment: str, blank: str) -> None:
    r"""An answer in LaTeX keeps its rows apart, whatever stands after the end of one."""
    rows = rf"1 & x>0\\{blank}-1 & x<0"
    assert "correct" == sg.check("|x|", environment % rows).verdict


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("ln(x-10^6)", "1/(x-10^6)", "2/(x-10^6)"),
        ("sqrt(x-10^9)*e^x", "e^x*(sqrt(x-10^9) + 1/(2sqrt(x-10^9)))", "e^x*sqrt(x-10^9)"),
        ("ln(-x-2*10^8)", "1/(x+2*10^8)", "-1/(x+2*10^8)"),
        ("sqrt(x-75)", "1/(2sqrt(x-75))", "1/sqrt(x-75)"),
    ],
)
def test_a_domain_that_begins_far_out(question: str, right: str, wrong: str) -> None:
    """Points are found where a question has a value, millions away as well."""
    assert "correct" == sg.check(question, right).verdict
    assert "incorrect" == sg.check(question, wrong).verdict


FAULTS = {
    "syntax": "x^", "empty": "  ", "unbalanced": "(x + 1", "ambiguous": "1/2x", "undefined": "1/0",
    "unknown_name": "q2w + x", "unknown_function": "sine(x)",
    "function_without_argument": "sin + x",
}  # fmt: skip


@pytest.mark.parametrize("code", Fault)
def test_faults(code: Fault) -> None:
    """What is wrong with a text is said by a code, so that nobody looks into a message."""
    with pytest.raises(LanguageError) as raised:
        sg.parse(FAULTS[code])
    assert code == raised.value.code
    assert code == pickle.loads(pickle.dumps(raised.value)).code


@pytest.mark.parametrize("name", ["Si", "falls", "si"])
def test_names_inside_cases_stay(name: str) -> None:
    """Words say nothing there; a function's name, or a declared one's, does."""
    text = f"if(t > 0, {name}(t), 1)" if name == "Si" else f"if(t > 0, t*{name}, 1)"
    names = ["t"] if name == "Si" else ["t", name]
    f = sg.parse(text, variables=names)
    assert f == sg.parse(f.latex(), variables=names)


ROWS_OF_CASES = [  # rows, how they are shown, values at -1, 0, 1/2, 1, 2; None where there is none
    (r"x^2 & 0<x<1 \\ 5 & x\ge1", "if(0 < x < 1, x^2, if(x >= 1, 5, undefined))",
     (None, None, 0.25, 5, 5)),
    (r"3 & x<0 \\ x^2 & 0\le x\le1 \\ 1 & x>1", "if(x < 0, 3, if(x <= 1, x^2, 1))",
     (3, 0, 0.25, 1, 1)),
    (r"1 & x<0 \\ 2 & 0\le x<1 \\ 3 & 1\le x<2 \\ 4 & 2\le x",
     "if(x < 0, 1, if(x < 1, 2, if(x < 2, 3, 4)))", (1, 2, 2, 3, 4)),
    (r"1 & x<0 \\ 3 & 1<x \\ 2 & 0\le x<1", "if(x < 0, 1, if(1 < x, 3, if(x < 1, 2, undefined)))",
     (1, 2, 2, None, 3)),
    (r"1 & x>0 \\ 2 & x=0 \\ 3 & x<0", "if(x > 0, 1, if(x >= 0, 2, 3))", (3, 2, 1, 1, 1)),
    (r"1 & x>0 \\ 3 & x<0", "if(x > 0, 1, if(x < 0, 3, undefined))", (3, None, 1, 1, 1)),
    (r"1 & x>\tfrac12 \\ 3 & 0.5\ge x", "if(x > 1/2, 1, 3)", (3, 3, 3, 1, 1)),
    (r"1 & x<1 \\ 2 & x>0 \text{ and } x\ge1", "if(x < 1, 1, 2)", (1, 1, 1, 2, 2)),
    (r"1 & |x|<1 \\ 2 & |x|\ge1", "if(|x| < 1, 1, 2)", (2, 1, 1, 2, 2)),
    (r"1 & |x|<1 \\ 2 & x\ge1", "if(|x| < 1, 1, if(x >= 1, 2, undefined))", (None, 1, 1, 2, 2)),
    (r"1 & x<\pi \\ 2 & x\ge\pi", "if(x < pi, 1, 2)", (1, 1, 1, 1, 1)),
    (r"x & x>y \\ y & y\ge x", "if(x > y, x, y)", None),
]


@pytest.mark.parametrize(("rows", "shown", "values"), ROWS_OF_CASES)
def test_where_rows_of_cases_end(rows: str, shown: str, values: Any) -> None:
    """A row holds where those above leave it; 5 for x >= 1 was taken for what 0 < x < 1 left."""
    f = sg.parse(rf"\begin{{cases}} {rows} \end{{cases}}")
    assert shown == str(f)
    for at, value in zip((-1, 0, 0.5, 1, 2), values or ()):
        if value is None:
            with pytest.raises(sg.OutOfDomain):
                f(x=at)
        else:
            assert value == f({"x": at} if f.variables else {})


def test_an_integral_inside_cases_is_no_answer_for_its_argument() -> None:
    """Si(x) was read as x."""
    answer = (r"\begin{cases}\operatorname{Si}(x)&\text{if }x>0"
              r"\\0&\text{otherwise}\end{cases}")  # fmt: skip
    assert sg.check("if(x>0, x^2/2, 1)", answer).verdict != "correct"
