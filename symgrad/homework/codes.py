"""What every verdict and every code of a mistake means, in a few words for a teacher.

- `VERDICT_MEANINGS[verdict]`, and `CODE_MEANINGS[code]`: the guide's tables and the report.
"""

from __future__ import annotations

from ..sentences import sentences

VERDICT_MEANINGS = sentences({
    "correct": "right at every real point where the function is differentiable",
    "incorrect": "wrong, with a point where it is",
    "equal_on_part": "right on a part of the domain only, which counts as wrong",
    "invalid": "no single formula that could be judged",
    "undecided": "not settled within the limits, or the question itself cannot be judged",
})  # fmt: skip

CODE_MEANINGS = sentences({
    # of an answer that is wrong: f is the outer function, u the inner one, v another factor
    "chain_rule": "f'(u): the inner derivative is missing",
    "chain_rule_inner_only": "f(u'), f'(u') or u' alone: the derivative went inside",
    "chain_rule_twice": "f'(u)*u'^2: the inner derivative is there twice",
    "term_by_term": "f(u)' + f(v)' for f(u + v): (a + b)^2 as a^2 + b^2",
    "inner_derivative_in_exponent": "e^(u')*u' for e^u: the exponent was differentiated, too",
    "inner_argument_lost": "f'(x): the inner function became x",
    "product_rule_missing_term": "u'v or uv' alone",
    "product_of_derivatives": "u'v' for uv",
    "product_rule_mixed": "the terms of the product rule mixed up: u'u + v'v, u'v - uv'",
    "quotient_order": "(uv' - u'v)/v^2: the terms on top in the wrong order",
    "quotient_of_derivatives": "u'/v' for u/v",
    "quotient_denominator_not_squared": "(u'v - uv')/v",
    "quotient_wrong_denominator": "(u'v - uv')/u^2, or another power below",
    "sign": "one sign is wrong",
    "negative": "the sign of the whole answer is wrong",
    "wrong_table_entry": "the derivative of another function",
    "power_rule": "a wrong factor or exponent: x^(n-1), (n-1)*x^(n-1)",
    "exponent_not_reduced": "n*x^n: the exponent did not drop",
    "power_rule_on_exponential": "x*a^(x-1) for a^x",
    "exponential_rule": "a^x without ln(a), or the like",
    "log_base": "1/x for a logarithm to another base",
    "constant_kept": "a constant term is still there",
    "constant_treated_as_variable": "a constant was differentiated: 2*pi for pi^2",
    "constant_factor": "a constant factor got lost",
    "constant_added": "f' + c, as the + C of an integral",
    "linear_term_kept": "a*x is left as a*x",
    "missing_term": "one term of a sum is missing",
    "missing_root": "a root got lost",
    "power_misread": "the derivative of f(u^n) for f(u)^n, or the other way round",
    "missing_brackets": "what was typed would be right with other brackets",
    "arithmetic_slip": "one number in the right formula is wrong",
    "rounded_constant": "a constant was rounded: 0.333 for 1/3",
    "near_miss": "very close everywhere, and different",
    "lost_factor": "a factor got lost in one place",
    "lost_term": "a term got lost when multiplying out",
    "shortened_part": "a part of an inner function got lost: 1/x^2 for 1/(x^2 - 4)",
    "mixed_partial": "the derivative by several variables, one after the other",
    "degrees": "a factor pi/180",
    "copied": "f itself",
    "integrated": "an integral of f",
    "wrong_variable": "the derivative by another variable",
    "all_variables": "the derivatives by all variables, added",
    "second_derivative": "differentiated once too often",
    "not_differentiated_enough": "differentiated too few times",
    "answered_numerically": "a number in place of a formula",
    "domain_sign": "right on a part of the domain: a sign",
    "part_only": "right on a part of the domain, as in one case of several",
    "branch": "right on a part of the domain: a branch of an inverse function",
    "taylor_polynomial": "a polynomial that is close near one point",
    "unknown": "wrong, and none of these explains it",
    # of an answer that cannot be judged
    "empty": "nothing was typed",
    "syntax": "no formula can be read from it",
    "unbalanced": "a bracket is not closed, or not opened",
    "not_an_expression": "an equation, a list, several answers, or words",
    "unknown_function": "a function that is not known",
    "unknown_name": "a name that the question does not have",
    "function_without_argument": "sin without what it is the sine of",
    "undefined": "it has no real value anywhere",
    "unevaluated_derivative": "d/dx or a prime is left",
    "forbidden": "code, invisible characters, or more than the limits allow",
    "ambiguous": "it can mean several things, and not all are right",
    "latex_error": "LaTeX that cannot be read",
})  # fmt: skip
