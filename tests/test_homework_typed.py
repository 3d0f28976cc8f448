"""Answers as they are typed: left sides, chains, brackets, stops, commas, forgotten brackets."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import symgrad as sg
from symgrad.errors import UsageError
from symgrad.language.as_typed import members, spellings
from symgrad.language.cases_in_words import in_cases
from symgrad.sentences import spoken

TYPED = r"""
x^4 | f'(x) = 4x^3
x^4 | f\u2019(x) = 4x^3
x^4 | y' = 4x^3
x^4 | dy/dx = 4x^3
x^4 | df/dx=4x^3
x^4 | d/dx(x^4) = 4x^3
x^4 | d/dx[x^4] = 4x^3
x^4 | D_x f = 4x^3
x^4 | f_x = 4x^3
x^4 | \frac{dy}{dx} = 4x^3
x^4 | \frac{\mathrm{d}}{\mathrm{d}x} x^4 = 4x^3
x^4 | = 4x^3
x^4 | y = 4x^3
x^4 | f(x) = 4x^3
x^4 | Answer: 4x^3
x^4 | The derivative is 4x^3.
x^4 | f'(x) is 4x^3
x^4 | 4x^3.
x^4 | 4x^3;
x^4 | 4x^3 ,
x^4 | $4x^3$
x^4 | 4x^3 = 4x^2*x
x^4 | dy/dx = 4x^(4-1) = 4x^3
(x^2+3)^4 | 4[x^2+3]^3(2x)
(x^2+3)^4 | 8x{x^2+3}^3
ln(x^2+5) | \frac{1}{x^2+5}2x
5^x | ln5 5^x
5^x | ln(5) 5^x
x^2*3^x | x 3^x (2 + x ln 3)
x^2 sqrt(7) | 2 sqrt7 x
x^2/8 | 0,25x
x^2/8 | \u00bcx
x^3/3 | \U0001d465^2
sin x | cos\u2061x
x^2 | 2\u200bx
cot x | -1-ctg(x)^2
sinh x | ch x
log_0.25(x) | 1/(x ln 0.25)
log_(2/3)(x) | 1/(x ln(2/3))
f(x) = x^3 | 3x^2
y = x^3 | 3x^2
x^2(sinx) | 2x sinx + x^2 cosx
1/2 a x^2 | a x
x^4 | a) 4x^3
x^4 | (b) 4x^3
x^2 | `2x`
x^2 | **2x**
x^2 | • 2x
x^2 | 1) 2x
x^2 | ii) 2x
x^2 | 2x 👍
x^2 | pente : 2x
x^2 | on obtient 2x
x^2 | On a 2x
x^2 | d'où 2x
x^2 | se obtiene 2x
x^2 | por tanto, 2x
x^2 | así que 2x
x^2 | daraus folgt 2x
x^2 | man erhält 2x
x^2 | damit gilt: 2x
x^2 | Nach der Potenzregel: 2x
x^2 | by the power rule, 2x
sin(2x) | par la règle de la chaîne, 2cos(2x)
sin(2x) | por la regla de la cadena: 2cos(2x)
x^2 | y‘ = 2x
x^2 | 2x mit x aus R
x^2 | 2x pour tout x dans R
x^2 | ẏ = 2x
x^2 | \dot{y}(x) = 2x
x sin x | sin x + x.cos(x)
sin(x)^2 | 2senxcosx
cos x | -senx
1.234x^2 | 2,468x
x^2 | Die Ableitung von x^2 lautet: 2x
x^2 | La dérivée est 2x
x^2 | Mi respuesta es 2x
x^2 | \boxed{\boxed{2x}}
x^2 | 2x \\
a x^2 | (a) 2x
x^2/2 + x^3 ln(e) - ln(1) | x ln(e) + 3x^2 ln(e) - ln(1)
e x^2 | (e) 2x
x^(4/3) | 4/3 sqrt[3]{x}
x^(4/3) | 4/3 \u221a[3](x)
x^(1/5) | 1/(5 sqrt[5]{(x^4)})
x^2 sin(0.5) | 2x*sin(0,5)
x e^2.5 | exp(2,5)
x sqrt(2.5) | sqrt(2,5)
x ln(2.5) + x | ln(2,5) + 1
x log10(2.5) | lg(2,5)
x max(2, 5) + 0.5 x^2 | max(2,5) + x
x root(27, 3) | root(27,3)
x log_5(2) | log(2,5)
x max(2.5, 1) | max(2,5; 1)
x^2/4 | x:2
x^2/4 | f'(x) = x : 2
x log_10(2.5) | log(2,5;10)
""".strip().splitlines()


@pytest.mark.parametrize("line", TYPED)
def test_right_as_typed(line: str) -> None:
    """A right answer is right in the notation that students use, and so is the question."""
    expression, answer = line.encode("ascii").decode("unicode_escape").split(" | ") if (
        "\\u" in line or "\\U" in line
    ) else line.split(" | ")  # fmt: skip
    assert sg.check(expression, answer, "x").verdict == "correct"


WRONG = """
incorrect missing_brackets | ln(x^2+4) | 2x/x^2+4
incorrect missing_brackets | atan(3x) | 3/1+9x^2
incorrect missing_brackets | e^(3x) | 3e^3x
incorrect missing_brackets | (x^2+4)^(1/2) | x/(x^2+4)^1/2
incorrect missing_brackets | (x+1)/(x-1) | x-1-x-1/(x-1)^2
incorrect missing_brackets | 1/(x+3) | -1/x+3^2
incorrect missing_brackets | asin(x) | 1/sqrt 1-x^2
incorrect missing_brackets | tan x | sec x^2
incorrect missing_brackets | sin(x)^3 | 3 sin x^2 cos x
incorrect missing_brackets | ln(x)^3 | 3 ln x^2/x
invalid ambiguous | sqrt(x) | 1/2x^(1/2)
invalid ambiguous | ln(x)/2 | 1/2x
invalid ambiguous | x^5 | 5 x x^4
invalid ambiguous | 1000x | 1,000
invalid ambiguous | 1000x | 1.000
incorrect arithmetic_slip | x^2 | 1,999x
incorrect sign | x^2-4x+9 | 2x+4
incorrect missing_term | x^3 + ln(x) | 3x^2
incorrect missing_term | x^2 - 7x | 2x
incorrect chain_rule | (2x-4)^3 | 3(2x-4)^2
incorrect chain_rule | (x^2-9)^4 | 4(x^2-9)^3
incorrect chain_rule | cos(pi x) | -sin(pi x)
incorrect arithmetic_slip | x^2+8x | 2x+9
""".strip().splitlines()


@pytest.mark.parametrize("line", WRONG)
def test_wrong_as_typed(line: str) -> None:
    """A wrong answer gets the code that a teacher would give, and what is shown is no answer."""
    words, expression, answer = line.split(" | ")
    found = sg.check(expression, answer, "x")
    assert words == f"{found.verdict} {found.mistakes[0].code}"


CASES = """
if(x>0, 1, -1) | 1 if x>0 else -1
if(x>0, 1, -1) | 1 wenn x>0, sonst -1
if(x > 0, 1, -1) | 1 si x > 0, sinon -1
if(x > 0, 1, -1) | 1 si x > 0, -1 en otro caso
if(x > 0, 1, -1) | if x > 0 then 1 else -1
if(x>0, 1, if(x<0, -1, undefined)) | 1 for x>0, -1 for x<0
if(x>0, 1, if(x<0, -1, undefined)) | f'(x) = {1, x>0; -1, x<0}
if(x>0, 1, if(x<0, -1, undefined)) | f'(x) = 1 si x>0 y f'(x) = -1 si x<0
if(x > 0, 1, if(x < 0, -1, undefined)) | 1 for positive x, -1 for negative x
if(x>0, 1, if(x<0, -1, undefined)) | x>0: 1; x<0: -1
if(x>2 or x<-2, 2x, -2x) | 2x für x>2 oder x<-2, -2x sonst
if(0<x and x<1, 0.5, 3) | 0,5 pour 0<x et x<1, sinon 3
if(x > 0, 1, if(x < 0, -1, undefined)) | 1 if x > 0, -1 if x < 0, undefined if x = 0
if(x>0, 1, if(x<0, -1, undefined)) | 1 für x>0, -1 für x<0, bei x=0 nicht differenzierbar
if(x>0, 1, if(x<0, -1, undefined)) | f'(x)=1 for x>0, f'(x)=-1 for x<0, f'(0) does not exist
if(x>0, 1, if(x<0, -1, undefined)) | 1 para x>0, -1 para x<0 y no existe en 0
if(x>0, 1, if(x<0, -1, undefined)) | 1, x>0; -1, x<0; undefined, x=0
if(x<0, -1, if(x=0, undefined, 1)) | x<0: -1; x=0: non défini; sinon 1
if(x>0, 1, undefined) | 1 if x>0, DNE otherwise
if(x = 0, undefined, -1/x^2) | -1/x^2, undefined at 0
if(x = 0, undefined, -1/x^2) | -1/x^2 (undefined at x = 0)
if(x>2, 1, if(x<2, -1, undefined)) | 1 if x>2, -1 if x<2, f'(2) = undefined
if(x = pi/2, undefined, 1+tan(x)^2) | 1+tan(x)^2, undefined at pi/2
if(x = 1 or x = -(1), undefined, 2x) | 2x, nicht definiert bei ±1
if(x = 1 or x = -1, undefined, 2x) | 2x (undefined at 1 and -1)
if(x = 0, undefined, 1/x) | 1/x except at 0
if(x < 0, undefined, 1/x) | 1/x (not defined for x < 0)
None | 0 for x=0
None | undefined at 0
None | 1/x, x>0
None | x>0 or x<0
None | 2x for x>2, x<-2, -2x for -2<x<2
None | 1 if x>0, -1 if
None | 3x^2 = 3x*x
""".strip().splitlines()


@pytest.mark.parametrize("line", CASES)
def test_cases_in_words(line: str) -> None:
    """What is said case by case, in four languages, is one formula; what is not stays as it is."""
    formula, text = line.split(" | ")
    assert formula == str(in_cases(text))


@pytest.mark.parametrize(("answer", "verdict"), [
    ("1 if x>0, -1 if x<0", "correct"), ("1 if x>0, 1 if x<0", "equal_on_part"),
    ("1 if x<0, -1 if x>0", "incorrect"), ("yes if x>0, no if x<0", "invalid"),
])  # fmt: skip
def test_answers_in_cases(answer: str, verdict: str) -> None:
    """An answer in cases is judged as any formula."""
    assert verdict == sg.check("|x|", answer).verdict


@pytest.mark.parametrize("text", [
    "I don't know", "idk :(", "no idea!", "n/a", "weiß nicht", "ich weiss es leider nicht", "k.A.",
    "keine Ahnung", "no sé", "No lo sé.", "je ne sais pas", "aucune idée", "can't do it",
])  # fmt: skip
def test_no_idea(text: str) -> None:
    """Who says that he does not know is told where to begin; a formula that looks so is one."""
    assert sg.check("x^2", text).message.startswith("That is all right: begin with")
    assert "correct" == sg.check("n^2/(2a)", "n/a", "n").verdict


def test_a_comma_that_may_be_either() -> None:
    """log(2,5) is log_5(2) and may be log(2.5): where only that is right, both are shown."""
    assert "ambiguous" == sg.check("x ln(2.5)", "log(2,5)", "x").mistakes[0].code
    assert "incorrect" == sg.check("x ln(2.5)", "log(2, 5)", "x").verdict
    assert "incorrect" == sg.check("x log_5(2)", "ln(2,5)", "x").verdict


def test_first_wrong_step_of_a_chain() -> None:
    """A chain is right only if every member is; the first wrong one is named."""
    found = sg.check("(x+1)^2", "2(x+1) = 2x+1")
    assert "incorrect" == found.verdict
    assert "2x+1" in found.message


def test_function_itself_is_a_remark() -> None:
    """y = and f(x) = before the derivative change no verdict; a remark says what they mean."""
    assert "f(x) is the function itself" in sg.check("x^2", "f(x) = 2x").remarks[0]
    assert () == sg.check("x^2", "f'(x) = 2x").remarks


def test_readings_are_not_valued() -> None:
    """An ambiguous answer is shown in its readings, and no word says which is right."""
    found = sg.check("sqrt(x)", "1/2x^(1/2)")
    assert "(1/2)*x^(1/2) or 1/(2*x^(1/2))" in found.message
    assert "correct" not in found.message.lower() and "right" not in found.message.lower()


ASSUMED = """
asin(x/a) | 1/sqrt(a^2-x^2) | a>0
sqrt(x^2/a^2) | 1/a | a>0, x>0
cos(n pi) x | (-1)^n | n whole
(-x)^n | n(-1)^n x^(n-1) | n whole
sqrt(b^2 x) | b/(2sqrt(x)) | b > 0
""".strip().splitlines()


@pytest.mark.parametrize("line", ASSUMED)
def test_assumptions(line: str) -> None:
    """What a teacher declares bounds the points: right there is right, and only there."""
    expression, answer, assume = line.split(" | ")
    assert "correct" == sg.check(expression, answer, "x", assume=assume).verdict
    assert "correct" != sg.check(expression, answer, "x").verdict


@pytest.mark.parametrize("text", ["a", "a>>0", "a purple", "0", "a>b"])
def test_no_assumption(text: str) -> None:
    """What assumes nothing is refused with an example."""
    with pytest.raises(UsageError):
        sg.check("a x", "a", "x", assume=text)


def test_powers() -> None:
    """x^(2/5) is the real root, so that |x| is wrong for x < 0; or has values for x >= 0 only."""
    answer = "2/(5 |x|^(3/5))"
    assert "equal_on_part" == sg.check("x^(2/5)", answer).verdict
    assert "correct" == sg.check("x^(2/5)", answer, powers="principal").verdict
    with pytest.raises(UsageError):
        sg.check("x^(2/5)", answer, powers="complex")


STORIES = list(csv.DictReader((Path(__file__).parent / "data/homework_stories.csv").open()))


@pytest.mark.parametrize("row", STORIES, ids=lambda r: f"{r['question']} ~ {r['answer']}")
def test_story(row: dict[str, str]) -> None:
    """The mistake that is named first is one that a teacher would name."""
    found = sg.check(row["question"], row["answer"], "x")
    assert found.mistakes[0].code in row["told"].split("/")
    assert not re.search(r"in the (power|product|quotient|sum|exponential)\b", found.message)


def test_members_and_spellings() -> None:
    """What surrounds a formula is dropped; the formula is put into the language's own spelling."""
    assert ("3x^2", "6x") == members("y' = 3x^2 = 6x.").formulas
    assert ["sin^{2}3x"] == spellings("sin^{2}3x", ["x"])
    assert ["1/sin x"] == spellings("1/sin x", ["x"])
    assert ["1/2* x"] == spellings("1/2 x", ["x"])
    assert ["max(1,2)"] == spellings("max(1,2)", ["x"])
    assert [r"\frac{1}2"] == spellings(r"\frac{1}2", ["x"])


@pytest.mark.parametrize(("expression", "answer", "verdict"), [
    ("x^2", "if(x=5, 7, 2x)", "equal_on_part"), ("x^3", "if(x=-1/2, 0, 3x^2)", "equal_on_part"),
    ("x^2", "if(x=1/3, 0, 2x)", "equal_on_part"), ("x^2", "if(x=1/3, 2/3, 2x)", "correct"),
    ("x^2", "2x for x>5, 2x for x<5, 3 for x=5", "equal_on_part"),
    ("x^2", "if(x=5, 10, 2x)", "correct"), ("x^2", "2x if x>=0, 2x if x<0", "correct"),
    ("|x|", "1 for x>0, -1 for x<0, 0 for x=0", "equal_on_part"),
    ("1/x", "-1/x^2, x != 0", "correct"),
    ("|x|", "1 for x>0", "equal_on_part"), ("|x-2|", "1 if x>2", "equal_on_part"),
    ("|x-2|", "-1, x<2", "equal_on_part"), ("|x-2|", "-1 if x>2", "incorrect"),
    ("x^3", "2x^2 for x>0", "incorrect"), ("x^2", "2x, x>0", "invalid"),
    ("|x|", "x/|x|, 0 for x=0", "equal_on_part"), ("|x|", "if(x=0, 0, x/|x|)", "equal_on_part"),
    ("x|x|", "2|x|, 0 for x=0", "correct"), ("x|x|", "2|x|, 1 for x=0", "equal_on_part"),
    ("cbrt(x)", "1/(3 cbrt(x^2)), 0 for x=0", "equal_on_part"),
    ("cbrt(x)", "1/(3 cbrt(x^2)), undefined at 0", "correct"),
    ("x^2", "2x, undefined at 5", "equal_on_part"), ("ln x", "1/x, undefined at 0", "correct"),
    ("|x-3|", "(x-3)/|x-3|, undefined at 3", "correct"),
    ("|x-3|", "(x-3)/|x-3|, undefined at 0", "equal_on_part"),
    ("sqrt(x)", "1/(2sqrt x), 0 for x = 0", "equal_on_part"),
    ("sqrt(x)", "1/(2sqrt x), undefined at 0", "correct"),
    ("1/x", "-1/x^2, 0 for x=0", "equal_on_part"), ("x^3/x", "2x, 0 for x=0", "correct"),
    ("asin(x)", "1/sqrt(1-x^2), 0 for x=1", "equal_on_part"),
    ("asin(x)", "1/sqrt(1-x^2), undefined at 1", "correct"),
    ("ln x", "1/x, 5 for x=-1", "equal_on_part"), ("x^(3/2)", "3/2 sqrt(x), 0 at x=0", "correct"),
    ("x^(3/2)", "3/2 sqrt(x), 1 at x=0", "equal_on_part"),
    ("|x^2-1|", "2x on (1,inf), -2x on (-1,1), 2x on (-inf,-1)", "correct"),
    ("floor(x)", "0, undefined at integers", "correct"),
    ("floor(x)", "0, nicht definiert an ganzen Zahlen", "correct"),
    ("floor(x)", "0, no existe en los enteros", "correct"),
    ("floor(x)", "0 (indéfinie aux entiers)", "correct"),
    ("floor(x)", "1, undefined at integers", "incorrect"),
    ("x^2", "2x, undefined at integers", "equal_on_part"),
    ("x^2", "1 on (0,1), 2x otherwise", "equal_on_part"),
    ("max(x,x^2)", "1 on (0,1), 2x otherwise", "correct"),
    ("max(x,x^2)", "1 auf (0,1), sonst 2x", "correct"),
    ("|x|", "1 sur ]0;+∞[, -1 sur ]-∞;0[", "correct"),
    ("|x|", "1 for x in (0,∞), -1 for x in (-∞,0)", "correct"),
    ("|x|", "-1 on (0, inf), 1 on (-inf, 0)", "incorrect"),
    ("tan x", "sec(x)^2, undefined at pi/2", "correct"),
    ("tan x", "sec(x)^2, undefined at pi/4", "equal_on_part"),
    ("tan x", "1+tan(x)^2, x ≠ π/2 + kπ, k ∈ Z", "correct"),
    ("tan x", "1/cos(x)^2 sauf en pi/2 + k pi", "correct"),
    ("x^2", "2x, undefined at sqrt(2)", "equal_on_part"), ("x^2", "2x, 2pi for x=pi", "correct"),
    ("x^2", "2x, 0 for x=pi", "equal_on_part"), ("x^2", "2x except at 5", "equal_on_part"),
    ("|x^2-2|", "2x*sgn(x^2-2), undefined at ±sqrt(2)", "correct"),
    ("|sin x|", "cos(x) sgn(sin x), undefined at k*pi", "correct"),
    ("floor(x)", "0 for x not an integer", "correct"), ("floor(x)", "0, x ∉ Z", "correct"),
    ("floor(x)", "0 für nicht ganzzahlige x", "correct"),
    ("floor(x)", "0 si x n'est pas entier", "correct"),
    ("floor(x)", "1 for x not an integer", "incorrect"),
    ("floor(2x)", "0 except x = k/2 for integer k", "correct"),
    ("|x|", "0 for x=0", "incorrect"), ("|x|", "1 for x=3", "incorrect"),
    ("x^2", "6 for x = 3", "incorrect"), ("x^2", "2x for x = 3", "invalid"),
    ("x^3", "3x^2, x ≠ 0", "correct"),
    ("1/(x^2-4)", "-2x/(x^2-4)^2 (x ≠ 2, -2)", "correct"),
    ("1/(x^2-4)", "-2x/(x^2-4)^2, x not equal to 2 or -2", "correct"),
    ("1/x", "-1/x^2 wenn x nicht 0 ist", "correct"), ("1/x", "-1/x^2 si x no es 0", "correct"),
    ("1/x", "-1/x^2, x≠0, 0 for x=0", "equal_on_part"),
    ("if(x=2, 4, x^2)", "2x", "correct"), ("x^2*y", "if(x=2, 1, 2x*y)", "equal_on_part"),
])  # fmt: skip
def test_a_number_that_an_answer_names(expression: str, answer: str, verdict: str) -> None:
    """Where an answer says something else at one number, it is held against the slope there."""
    assert verdict == sg.check(expression, answer, "x").verdict


@pytest.mark.parametrize(("expression", "answer"), [
    ("x^2", "‘2x‘"), ("x^2", "‚2x‘"), ("x^2", "‹2x›"), ("x^2", "a derivada é 2x"),
    ("x^2", "la derivata di f è 2x"), ("x^2", "f'(x) é 2x"), ("x^2", "y' est 2x"),
    ("x^2", "quindi 2x"), ("x^2", "portanto, f'(x) = 2x"), ("cos x", "-sén x"),
    ("sin x", "coseno(x)"), ("tan x", "1+tangente(x)^2"), ("tan x", "sécante^2(x)"),
])  # fmt: skip
def test_words_of_neighbours(expression: str, answer: str) -> None:
    """Italian, Portuguese and Spanish say what follows, and name functions, with accents, too."""
    assert "correct" == sg.check(expression, answer).verdict


@pytest.mark.parametrize(("expression", "answer", "told", "untold"), [
    ("sqrt(x)", "1/(2 Wurzel x)", "write sqrt(x)", "declare"),
    ("sqrt(x)", "1/(2 racine x)", "write sqrt(x)", "declare"),
    ("x^2", "2 times x", "write x*y", "declare"), ("x^2", "2 mal x", "name mal", "m*a*l"),
    ("x^2", "2x oder 3x", "without words", "declare"),
])  # fmt: skip
def test_a_hint_for_a_word(expression: str, answer: str, told: str, untold: str) -> None:
    """A word that is a function's elsewhere is told what to write; no student declares a name."""
    message = sg.check(expression, answer).message
    assert told in message and untold not in message


def test_a_reading_is_told_without_english() -> None:
    """What a case says of a point without a value is said in the reader's language."""
    found = spoken(sg.check("tan x", "1+tan(x)^2, nicht definiert bei pi/2"), "de")
    assert "nicht definiert falls x = pi/2, 1 + tan(x)^2 sonst" == found.reading


@pytest.mark.parametrize("name", ["raíz", "Raíz", "raiz"])
def test_a_hint_for_a_name_with_an_accent(name: str) -> None:
    """A root in Spanish is no function here: what to write is said, with and without accent."""
    assert "write sqrt(x)" in sg.check("acos(x)", f"-1/{name}(1-x^2)").message


def test_many_blanks_are_one() -> None:
    """A thousand blanks, where a pattern may begin at each of them, take no time."""
    assert in_cases(" " * 999 + "x") is None
    assert "correct" == sg.check("x^2", "2x," + " " * 900 + "x ≠ 5").verdict
