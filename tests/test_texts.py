"""What people and programs type, kind by kind: read as it is meant, or refused.

`data/texts.csv` has the texts with what they mean: a formula, `refused`, or `ambiguous`.
"""

from __future__ import annotations

import csv
import math
import random
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.special

import symgrad as sg
from symgrad.errors import Ambiguous, LanguageError, SymgradError
from symgrad.language.elsewhere import ABSENT, formulas, instead
from symgrad.language.names import function

TEXTS = list(csv.DictReader((Path(__file__).parent / "data/texts.csv").open(encoding="utf-8")))
STARTS = (0.37, 1.7, -0.6)
ADVICE = re.compile(r"(?:write|did you mean) (.+?)(?:\?|, or | for |$)")


def values(f: sg.Expression, names: tuple[str, ...]) -> list[float]:
    """The values at three points; nan where there is none."""
    found = []
    for start in STARTS:
        point = {name: start + 0.3 * i for i, name in enumerate(names) if name in f.variables}
        try:
            found.append(f(point))
        except SymgradError:
            found.append(math.nan)
    return found


@pytest.mark.parametrize("kind", sorted({row["kind"] for row in TEXTS}))
def test_texts_mean_what_they_mean(kind: str) -> None:
    """Every text of the kind is read as the formula beside it, or refused where that says so."""
    wrong = []
    for row in TEXTS:
        if row["kind"] == kind:
            try:
                read = sg.parse(row["text"])
            except SymgradError as error:
                said = "ambiguous" if isinstance(error, Ambiguous) else "refused"
                wrong += [(row, said)] if row["means"] != said else []
                continue
            meant = sg.parse(row["means"], variables=read.variables)
            same = np.isclose(
                values(read, read.variables), values(meant, read.variables), 1e-9, equal_nan=True
            )
            wrong += [] if same.all() else [(row, str(read))]
    assert [] == wrong


def advised(hint: str) -> list[str]:
    """The formulas in a hint, a dot for what it leaves open filled in."""
    found = ADVICE.findall(hint)
    return [
        f.replace("...", "x").replace(", n)", ", 3)")
        for f in found if re.search(r"\w[()*^/+]", f) and not f.startswith("g(")
    ]  # fmt: skip


def test_hints_are_formulas() -> None:
    """What a hint tells to write, between write and the end of its clause, can be read."""
    unread = []
    for row in TEXTS:
        try:
            sg.parse(row["text"])
        except SymgradError as error:
            for formula in advised(error.hint or ""):
                try:
                    sg.parse(formula, variables=("xn",))
                except SymgradError as second:
                    unread.append((row["text"], error.hint, formula, second.message))
    assert [] == unread


TYPED_BITS = re.findall(
    r"\S+", r"x y n t 2 3 10 sin cos ln log sqrt exp tan e pi ^ ^2 / * + - ( ) | { } [ ] _ ' . ,"
    r" a tg ch arc d dx = ! % e^ \frac \sin \ln lnx xy Ln Sin PI ² √ π x1 log_2 abs < x_1 alpha"
)


@pytest.mark.parametrize("seed", range(8))
def test_hints_are_formulas_whatever_is_typed(seed: int) -> None:
    """Of bits of formulas in any order, too: no hint tells to write what is refused."""
    rolls, unread = random.Random(seed), []
    for _ in range(250):
        text = "".join(rolls.choices(TYPED_BITS, k=rolls.randint(2, 6)))
        try:
            sg.parse(text)
        except SymgradError as error:
            hint = error.hint or ""
            for formula in advised(hint) if "apart from" not in hint else ():
                try:
                    sg.parse(formula)
                except SymgradError as second:
                    if " arguments, got " not in second.message:  # ... stands for several
                        unread.append((text, hint, formula, second.message))
    assert [] == unread


@pytest.mark.parametrize(("text", "hint"), [
    ("x^nlnx", "write n*ln(x), or declare it (variables=[\"nlnx\"])"),
    ("sinlnx", "did you mean sin(ln(x))?"), ("xlnlnx", "did you mean x*ln(ln(x))?"),
    ("x_1sin(x)", "write x_1*sin(...)"), ("log_2sinx", "write log_2(...)"),
    (r"\sqrtx*x", r"write \sqrt x"),
])
def test_names_with_functions_in_them(text: str, hint: str) -> None:
    """A function inside of a name gets its brackets, and what follows it as its argument."""
    with pytest.raises(LanguageError) as caught:
        sg.parse(text)
    assert hint == caught.value.hint


HINTS = [  # what is typed, and what its message or its hint says, word for word
    ("a = 2\na*x", "a binding ends with ; as in a = 2; a*x"),
    ("a=1,x+a", "a binding ends with ; as in a = 2; a*x"), ("a = a + 1; x", "used before it is"),
    ("²x", "² at column 1 is the power of nothing"), ("x^²", "² at column 3 is the power of"),
    ("f(x)=", "no formula stands behind the ="), ("jv(0,x)", "did you mean besselj?"),
    ("kn(1,x)", "did you mean besselk?"), ("igammac(2,x)", "did you mean gammaincc?"),
    ("log3(x)", "write log_3(...)"), ("ln3(x)", "write ln(3)*(...)"),
    ("sqrt3(x)", "write root(x, 3), or sqrt(3)*(...)"), ("sqrt(x,3)", "write root(x, 3)"),
    ("sin2(x)", "write sin(...)^2 for a power"), ("log10(x,2)", "write log(x, 2)"),
    ("aₙ₊₁", "an index is letters or digits"), ("x₋₁", "an index is letters or digits"),
    ("x⁻1", "write x^(-1)"), ("root(3)(x)", "write root(x, 3)"), ("x_(1)", "an index is letters"),
    ("sin(30º)", "angles are in radians"), ("x º", "º (U+00BA MASCULINE ORDINAL INDICATOR)"),
    ("1.6 10^-19", "write 1.6*10^-19 for"), ("1 000 000", "write 1000000 for one number"),
    (r"\psi^{\left(1\right)}\left(x\right)", "write polygamma(1, x)"),
    ("zeta^(1)(x)", "zeta^(1) at column 1 is a derivative of zeta"), ("3 100", "write 3*100 for"),
    (r"$1\;000$", "write 1000 for one number"), ("2 000^2", "write 2000 for one number"),
    ("2 1⁄2", "write 2 + 1/2 for one number"), (r"\pix", r"write \pi x"), ("exp^x", "write e^x"),
    ("np.pi", "write pi"), ("Math.PI*x", "write pi"), ("max(x;0)", "arguments are separated by ,"),
    ("if(x>0;x;-x)", "arguments are separated by ,"), ("x.^2", "write ^ without the point"),
    ("x.*y", "write * without the point"), ("prod(x+k,k,1,3)", "write the factors out"),
    ("&pi;x", "write π for &pi;"), ("6:2", "a division is written /"),
    ("f(x) := x^2", "write f(x) = ..."), ("$x^10$", "write x^{10} for one number"),
    (r"\sqrt12", r"write \sqrt{12} for one number"), (r"\lg_2x", "has the base 10 already"),
    ("log_()(x)", "the base of the logarithm at column 1 is missing"), ("log_{}(x)", "an index is"),
    (r"\begin{cases} x & x>0, x<2 \\ 1 & x\ge2\end{cases}", "two conditions side by side"),
    ("x_1x_2", "write x_1*x_2"), (r"x\\y", r"\\ at column 2 begins a second part"),
    ("1'000'000x", "write 1000000"), ("2x'", "a derivative is asked for with wrt"),
    ("'x'", "without quotation marks"), ("“x”", "without quotation marks"),
    ("eᵃˣ", "write e^(a*x)"), ("x¹⁄²", "¹⁄² at column 2 can be a factor or a power"),
    ("if(!(x>0),1,x)", "! at column 4 follows no operand; write not"),
    ("if(x>0 | x<-1,1,x)", "write or"), ("(x]", "] at column 3 closes (, opened at column 1"),
    ("[(x])", "] at column 4 closes (, opened at column 2"), ("|x(y|z)", "| opened at column 5"),
    ("f(x)=x^2; f^2(x)", "write f(...)^2"), ("f(x)=x^2; f'(x)", "a derivative is asked for"),
    ("f(x)=x^2, f(3)", "a binding ends with ;"), ("f(x)=f(x-1); f(x)", "used before it is bound"),
    ("a=2 b=3 a*b*x", "a binding ends with ;"), ("F.softplus(x)", "write softplus without what"),
    ("x.sin()", "write sin(x)"), ("x.pow(2)", "write pow(x, ...)"), ("PI()", "write pi"),
    ("pi()", "write pi"), ("x.'", "a point stands only inside a number"),
    ("lambda x: x^2", "give what stands behind the colon"), ("x => x^2", "behind the arrow"),
    ("if(x=>0,1,x)", "write >="), ("3im", "complex numbers are out of scope"),
    ("exp(%i*x)", "complex numbers are out of scope"), ("log^2_2(x)", "an index stands on the"),
    ("²log(x)", "write log_2(...)"), ("log{2}(x)", "write log_(2)(...)"),
    ("sqrt[3](x)", "write root(x, 3)"), ("root[3](x)", "write root(x, 3)"),
    (r"\sqrt[3](x)", "put the argument in braces"), ("root3(x)", "write root(x, 3)"),
    ("root(4,x)", "did you mean root(x, 4)?"), ("tgx", "did you mean tan(x)?"),
    ("arctgx", "did you mean atan(x)?"), ("arc tan x", "write arctan(...)"),
    ("arc sin(x)", "write arcsin(...)"), ("lnn(x)", "did you mean ln?"), ("٣x", "type 3"),
    ("<math><mi>x</mi></math>", "write the formula without tags"),
    ("x<sup>2</sup>", "<sup> at column 2"), ("x,y", "give one formula alone"),
    ("1,5x", "a decimal point is ."), ("sin(1,5)", "write sin(1.5)"),
    ("sin^2.5(x)", "write sin(...)^2.5"), ("sin^(n+1)(x)", "write sin(...)^(n+1)"),
    (r"x\circ y", "with the inner one put in"), (r"30^\circ", "angles are in radians"),
    (r"\cotg x", r"did you mean \cot?"), (r"\log_10x", r"write \log_{10}"),
    ("sininv(x)", "write asin(x)"), (r"\Gamma^{2}(x)", r"write \Gamma(...)^{2}"),
    ("sum(x^k, k=0..3)", "write sum(k*x^k, k, 1, 5)"), ("30 degrees", "angles are in radians"),
    ("sum(x^k, k=0, 3)", "a formula is no equation; write sum(k*x^k, k, 1, 5)"),
    ("sum(x^k, {k,0,3})", "write sum(k*x^k"), ("sum(x^k, (k,0,3))", "write sum(k*x^k, k, 1, 5)"),
    ("lim_{x->0} x", "limits are not part"), ("lim_(x->0) x", "limits are not part"),
    ("int_0^1 x dx", "integrals are not part"), ("sum_(k=1)^3 x", "a sum is written with its"),
    ("if(and(x>0,x<1),x,0)", "write if(x > 0 and x < 1, a, b)"), ("frac{1}{2}", "write a/b for"),
    ("if(x in (0,1),x,0)", "write comparisons, as in 0 < x < 1"), ("Inx", "did you mean ln(x)?"),
    ("sin.(x)", "write ( without the point"), ("sin(0,5x)", "write sin(0.5x)"),
    ("square root(x)", "did you mean sqrt?"), ("cube root(x)", "write cbrt(x)"),
    ("x plus 1", "write x + y, or declare it"), ("total*x", "unknown name total at column 1; decl"),
    ("gamma[x]", "gamma at column 1 is a function and needs brackets; write gamma(x)"),
    ("gamma^2(x)", "gamma^2 can mean gamma(...)^2 or gamma^2*(...)"),
    ("J_0^2(x)", "did you mean besselj0?"), ("Gamma^2(x)", "did you mean gamma?"),
    ("$2e3x$", r"e3 at column 3 looks like a power of ten; write 2\cdot 10^{3}"),
    ("0.333...", "... at column 6 is not part of the language; give it as a fraction"),
    ("0.3…", "give it as a fraction"), ("1+2+...+n", "write every term out"),
    (r"0.\bar{3}", "give it as a fraction"), ("0.(3)", "write a fraction, or 0*3 for the product"),
    ("3e0.5", "the exponent of 3e0.5 at column 1 is no whole number; write 3*10^0.5"),
    ("3.2e-2.2", "write 3.2*10^(-2.2)"), ("x⁵⁺³", "the power at column 2 goes on with a sign"),
    ("x⁻³⁺¹", "write ^(-3+1)"), ("x!!!", "write ((x!)!)!"), ("nthroot(x, 2)", "did you mean root?"),
    ("nthRoot(x, 3)", "did you mean root?"), ("log_2ⁿ x", "write log_2(...)^n"),
    ("x² ²", "a second power at column 4; put one of them in brackets"),
    (r"\sum_{k=0}^5 x^k", "a sum is written with its"), ("x²⁺", "is not part of the language"),
    (r"\left.x^2\right|", "puts a number in for a variable"),
    ("f(x)=x*2;g(x)=x*3", "a binding without an expression after it"),
    ("sin(x) = x", "= at column 8 does not fit: a formula is no equation"), ("2ˆ3", "write ^"),
    (r"\alpha'_b", "' at column 7 is not part of the language"), ("1ᴇ3", "is written 1e3"),
    (r"\begin{pmatrix}1\\2\end{pmatrix}", "matrices are not part of the language"),
    (r"\det A", "it is no function of single numbers"), (r"\gcd(x,2)", "for whole numbers only"),
    (r"\frac{d f(x)}{dx}", 'd/dx at column 7 is not part of the formula; give the formula alone'),
    (r"\iint x", "integrals are not part of the language"), ("x_{a_{b}}", "x_{a_{b}} at column 1"),
    ("log 2 8", "write log_2(8), or 2*8 for the product"), ("2*_(x)", "_(x) at column 3 is no"),
    (r"\frac{(2+x}{3)+1}", "( opened at column 7 is never closed"), (r"{2\pi)}", ") at column 6"),
    (r"\lfloor x\rceil", r"\rceil at column 10 does not close its bracket; write \rfloor"),
]


@pytest.mark.parametrize(("text", "said"), HINTS)
def test_what_is_said(text: str, said: str) -> None:
    """A refusal names what is wrong, and what to write instead with nothing left out."""
    with pytest.raises(LanguageError) as caught:
        sg.parse(text)
    assert said in f"{caught.value.message}; {caught.value.hint}"


@pytest.mark.parametrize("name", ["psi", "gamma", "zeta"])
def test_a_variable_with_the_name_of_a_function(name: str) -> None:
    """Before a bracket it is told how the product is written, which can be read; not the call."""
    with pytest.raises(Ambiguous) as caught:
        sg.parse(f"{name}(x)", variables=[name])
    assert f"write {name}*(...) for a product" in (caught.value.hint or "")
    assert (name, "x") == sg.parse(f"{name}*(x)", variables=[name]).variables


def test_a_logarithm_of_numbers_is_noted() -> None:
    """log(3, 5) has its base second, which not everybody knows."""
    assert ("log(3,5) read as ln(3)/ln(5)",) == sg.parse("log(3,5)").notes


def test_carets_stand_where_the_message_says() -> None:
    """The place of a refusal begins at the column that its message names."""
    wrong = []
    for row in TEXTS:
        try:
            sg.parse(row["text"])
        except LanguageError as error:
            column = re.search(r"at column (\d+)", error.message)
            if column and error.position and error.position[0] + 1 != int(column[1]):
                wrong.append((row["text"], error.message, error.position))
        except SymgradError:
            continue
    assert [] == wrong


@pytest.mark.parametrize("name", formulas())
def test_what_to_write_instead(name: str) -> None:
    """The formula for a function of another system is read, and has its values."""
    formula = sg.parse(formulas()[name])
    other = next((getattr(m, name) for m in (scipy.special, np, math) if hasattr(m, name)), None)
    taken = len(formula.variables)
    if not callable(other) or name in ELSEWHERE_OTHERWISE:
        return
    for start in (0.3, 0.75):
        point = dict(zip("xyz", (start, start + 0.2, start + 0.1)))
        point = {n: point[n] for n in sorted(formula.variables)}
        assert math.isclose(other(*list(point.values())[:taken]), formula(point), rel_tol=1e-12)


# means and products of a list there; orders as the first argument; values at a jump; a matrix
ELSEWHERE_OTHERWISE = (
    "mean", "average", "ldexp", "kv", "yv", "heaviside", "tri", "betaincc", "ive", "kve",
)  # fmt: skip


def test_functions_of_other_systems_are_no_products() -> None:
    """A function of SciPy, NumPy or C is one here, or refused without a product in the hint."""
    names = {n for m in (scipy.special, np, math) for n in dir(m) if callable(getattr(m, n))}
    read, split = [], []
    for name in names:
        if not name.isidentifier() or name[0] == "_" or name.endswith(("_roots", "_zeros")):
            continue  # which take a number of roots
        try:
            sg.parse(f"{name}(x)")
        except SymgradError as error:
            product = re.search(r"[a-z]\*[a-z0-9]+\(\.\.\.\)", error.hint or "")
            split += [(name, error.hint)] if product else []
        else:
            read += [] if function(name) else [name]
    assert ([], []) == (read, split)


def test_a_power_is_whole_however_it_is_written() -> None:
    """x^(4 - 1) has a value and a slope below 0, as x^3 has."""
    for text in ("x^(4-1)", "x^(6/2)", "x^(1+2)", "n = 4; x^(n-1)", "f(n) = x^(n+1); f(2)"):
        f = sg.parse(text)
        assert (-8.0, {"x": 12.0}) == (f(x=-2.0), f.gradient(x=-2.0))
        assert "verified" == f.verify(x=-2.0, order=2).verdict
    assert 4.0 == sg.parse("(-2)^(1+1)")()


@pytest.mark.parametrize(
    ("text", "hint"),
    [("atan(x+1, y)", "atan2(x+1, y)"), ("hypot(x)", "hypot(a, b)"), ("max(x)", "max(a, b)"),
     ("dot(x, y, z)", "dot(a, b, x, y)"), ("np.sinc(x)", "sin(pi*x)/(pi*x)"),
     ("log[2](x)", "log_(2)(...)"), ("log_1/2(x)", "log_(1/2)(...)"), ("%pi*x", "pi")],
)  # fmt: skip
def test_what_a_hint_tells_to_write(text: str, hint: str) -> None:
    """The hint has the arguments that were typed, or as many as are wanted, and can be read."""
    with pytest.raises(LanguageError) as caught:
        sg.parse(text)
    assert f"write {hint}" == caught.value.hint
    assert sg.parse(hint.replace("...", "x"))


def test_no_name_is_both_written_and_absent() -> None:
    """A function elsewhere has a formula here, or a reason why there is none."""
    assert set() == set(formulas()) & set(ABSENT)
    assert "write x^2" == instead("Square")
    assert instead("nothing_like_it") is None
