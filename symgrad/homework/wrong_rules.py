"""Wrong lines of a textbook: for each kind of operation, the codes and the wrong tangents.

A line is `(m, ...) -> dy`, beside which the right one stands in
the table of operations: u is the inner function and
du its derivative, a and b are two arguments, c is a constant, v the variable. Keep the formatter
off: a mistake is one line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Lines = tuple[tuple[str, Callable[..., Any]], ...]

# --- products and quotients -----------------------------------------------------------------------
# (m, a, b, da, db): both factors vary
# fmt: off

PRODUCT: Lines = (
    ("product_of_derivatives", lambda m, a, b, da, db: da * db),
    ("product_rule_missing_term", lambda m, a, b, da, db: da * b),
    ("product_rule_missing_term", lambda m, a, b, da, db: a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * a + db * b),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b - a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: a * db - da * b),
    ("product_rule_mixed", lambda m, a, b, da, db: a + db),
    ("product_rule_mixed", lambda m, a, b, da, db: da + b),
    ("product_rule_mixed", lambda m, a, b, da, db: da + db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b * a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * db + a * b),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * b - a * db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da + b) * (a + db)),
    ("product_rule_mixed", lambda m, a, b, da, db: a * b + a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: a * b + da * b),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b + da * db),
    ("product_rule_mixed", lambda m, a, b, da, db: a * db + da * db),
    ("product_rule_mixed", lambda m, a, b, da, db: da * a - db * b),
    ("sign", lambda m, a, b, da, db: -(da * b + a * db)),
    ("sign", lambda m, a, b, da, db: da * b - a * db),
    ("sign", lambda m, a, b, da, db: a * db - da * b),
)
QUOTIENT: Lines = (
    ("quotient_order", lambda m, a, b, da, db: (a * db - da * b) / (b * b)),
    ("quotient_of_derivatives", lambda m, a, b, da, db: da / db),
    ("quotient_denominator_not_squared", lambda m, a, b, da, db: (da * b - a * db) / b),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (a * a)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (db * db)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (b * b * b)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (b * b * b * b)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: da * b - a * db),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / b),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / a),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / (a * b)),
    ("quotient_wrong_denominator", lambda m, a, b, da, db: (da * b - a * db) / db),
    ("sign", lambda m, a, b, da, db: (da * b + a * db) / (b * b)),
    ("sign", lambda m, a, b, da, db: (a * db - da * b) / (b * b)),
    ("sign", lambda m, a, b, da, db: -(da * b + a * db) / (b * b)),
    ("quotient_order", lambda m, a, b, da, db: (a * db - da * b) / b),
    ("product_rule_missing_term", lambda m, a, b, da, db: da / b),
    ("product_rule_missing_term", lambda m, a, b, da, db: -a * db / (b * b)),
    ("product_rule_missing_term", lambda m, a, b, da, db: a * db / (b * b)),
    ("product_of_derivatives", lambda m, a, b, da, db: da * db / (b * b)),
    ("product_of_derivatives", lambda m, a, b, da, db: -da * db / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: da * b + a * db),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * a - db * b) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da - db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (a - db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da - b) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da - a * db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * b - db) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * b - a) / (b * b)),
    ("product_rule_mixed", lambda m, a, b, da, db: (da * db - a * b) / (b * b)),
)
OVER: Lines = (  # a constant over b
    ("chain_rule", lambda m, a, b, db, v: -a / (b * b)),
    ("chain_rule_twice", lambda m, a, b, db, v: -a * db * db / (b * b)),
    ("integrated", lambda m, a, b, db, v: a * abs(b).log()),
    ("integrated", lambda m, a, b, db, v: a * abs(b).log() * db),
    ("chain_rule_inner_only", lambda m, a, b, db, v: a / db),
    ("chain_rule_inner_only", lambda m, a, b, db, v: -a / (db * db)),
    ("chain_rule_inner_only", lambda m, a, b, db, v: db),
    ("chain_rule_inner_only", lambda m, a, b, db, v: a * db),
    ("quotient_of_derivatives", lambda m, a, b, db, v: a / db),
    ("quotient_of_derivatives", lambda m, a, b, db, v: 1 / db),
    ("sign", lambda m, a, b, db, v: a * db / (b * b)),
    ("power_rule", lambda m, a, b, db, v: -a * db),
    ("power_rule", lambda m, a, b, db, v: a * db / (b * b)),
    ("power_rule", lambda m, a, b, db, v: -2 * a * db / (b * b)),
    ("power_rule", lambda m, a, b, db, v: -a * db / (b * b * b)),
    ("power_rule", lambda m, a, b, db, v: -2 * a * db / (b * b * b)),
    ("quotient_denominator_not_squared", lambda m, a, b, db, v: -a * db / b),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db / b),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -db / a),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db / (db * db)),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db / (b * b * b)),
    ("quotient_wrong_denominator", lambda m, a, b, db, v: -a * db),
    ("constant_factor", lambda m, a, b, db, v: -db / (b * b)),
    ("inner_argument_lost", lambda m, a, b, db, v: -a * db / (v * v)),
    ("inner_argument_lost", lambda m, a, b, db, v: -a / (v * v)),
    ("wrong_table_entry", lambda m, a, b, db, v: a * db / b),
)
SCALED: Lines = (  # a constant c times u
    ("constant_factor", lambda m, c, u, du: du),
    ("constant_treated_as_variable", lambda m, c, u, du: u + c * du),
    ("constant_treated_as_variable", lambda m, c, u, du: c + 0 * u),
    ("constant_treated_as_variable", lambda m, c, u, du: c + du),
    ("constant_factor", lambda m, c, u, du: du / c),
    ("product_rule_mixed", lambda m, c, u, du: du * u),
    ("sign", lambda m, c, u, du: -c * du),
)
DIVIDED: Lines = (  # u over a constant c
    ("constant_factor", lambda m, c, u, du: du),
    ("constant_factor", lambda m, c, u, du: c * du),
    ("quotient_wrong_denominator", lambda m, c, u, du: du / (c * c)),
    ("quotient_wrong_denominator", lambda m, c, u, du: c * du / (u * u)),
    ("constant_treated_as_variable", lambda m, c, u, du: du / c - u / (c * c)),
    ("sign", lambda m, c, u, du: -du / c),
)

# --- powers: y = u^n, and y*u^k is u^(n+k) --------------------------------------------------------

POWER_OF: Lines = (
    ("power_rule", lambda m, y, u, n, du: y / u * du),
    ("power_rule", lambda m, y, u, n, du: (n - 1) * y / u * du),
    ("power_rule", lambda m, y, u, n, du: (n + 1) * y / u * du),
    ("power_rule", lambda m, y, u, n, du: n * y / (u * u) * du),
    ("power_rule", lambda m, y, u, n, du: (n - 1) * y / (u * u) * du),
    ("power_rule", lambda m, y, u, n, du: n * y * u * du),
    ("power_rule", lambda m, y, u, n, du: n * y * du),
    ("power_rule", lambda m, y, u, n, du: y * du),
    ("power_rule", lambda m, y, u, n, du: (n - 1) * y * du),
    ("power_rule", lambda m, y, u, n, du: y / u * du / n),
    ("power_rule", lambda m, y, u, n, du: y * u * du / (n + 1)),
    ("power_rule", lambda m, y, u, n, du: n * u * du),
    ("power_rule", lambda m, y, u, n, du: n * n * y / u * du),
    ("power_rule", lambda m, y, u, n, du: n * u / y * du),  # 1 - n for n - 1
    ("power_rule", lambda m, y, u, n, du: n / y * du),
    ("exponent_not_reduced", lambda m, y, u, n, du: n * y * du),
    ("sign", lambda m, y, u, n, du: -n * y / u * du),
    ("wrong_table_entry", lambda m, y, u, n, du: y * m.log(u) * du),
)
POWER_INSIDE: Lines = (  # g(z) is z^n
    ("chain_rule", lambda g, y, u, n, du, v: n * y / u),
    ("chain_rule_twice", lambda g, y, u, n, du, v: n * y / u * du * du),
    ("integrated", lambda g, y, u, n, du, v: y * u / (n + 1)),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: du),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: g(du)),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: n * g(du) / du),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: -n * g(du) / du),  # of cosines
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: -g(du)),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: n * g(du)),
    ("chain_rule_inner_only", lambda g, y, u, n, du, v: n * du),
    ("inner_argument_lost", lambda g, y, u, n, du, v: n * g(v) / v * du),
    ("inner_argument_lost", lambda g, y, u, n, du, v: n * g(v) / v),
)
ROOT: Lines = (
    ("missing_root", lambda m, y, u, n, du: n * du / u),
    ("missing_root", lambda m, y, u, n, du: n * du),
    ("missing_root", lambda m, y, u, n, du: du),
    ("missing_root", lambda m, y, u, n, du: du / u),
    ("missing_root", lambda m, y, u, n, du: n * u * du),
    ("sign", lambda m, y, u, n, du: -n * y / u * du),
)
EXPONENTIAL: Lines = (  # a constant a to the power u
    ("exponential_rule", lambda m, y, a, u, du: y * du),
    ("exponential_rule", lambda m, y, a, u, du: y * du / m.log(a)),
    ("exponential_rule", lambda m, y, a, u, du: y * m.log(u) * du),
    ("exponential_rule", lambda m, y, a, u, du: a * y * du),
    ("exponential_rule", lambda m, y, a, u, du: m.log(a) * du),
    ("exponential_rule", lambda m, y, a, u, du: a * m.log(a) * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y / a * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y / a),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y),
    ("power_rule_on_exponential", lambda m, y, a, u, du: y / a * du),
    ("power_rule_on_exponential", lambda m, y, a, u, du: u * y / a * m.log(a) * du),
    ("sign", lambda m, y, a, u, du: m.log(a) * du / y),  # a^-u
    ("sign", lambda m, y, a, u, du: -m.log(a) * du / y),
)
TOWER: Lines = (  # a^b, both vary
    ("exponential_rule", lambda m, y, a, b, da, db: y * m.log(a) * db),
    ("exponential_rule", lambda m, y, a, b, da, db: y * m.log(a)),
    ("exponential_rule", lambda m, y, a, b, da, db: b * da / a + m.log(a) * db),
    ("exponential_rule", lambda m, y, a, b, da, db: y * db),
    ("exponential_rule", lambda m, y, a, b, da, db: y * (m.log(a) * db + b * da)),
    ("exponential_rule", lambda m, y, a, b, da, db: y * (m.log(a) * db + da / a)),
    ("exponential_rule", lambda m, y, a, b, da, db: y * (m.log(a) + b * da / a)),
    ("exponential_rule", lambda m, y, a, b, da, db: y * (db + b * da / a)),
    ("exponential_rule", lambda m, y, a, b, da, db: y * db * da / a),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a * da),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a * da * db),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a * db),
    ("power_rule_on_exponential", lambda m, y, a, b, da, db: b * y / a),
    ("sign", lambda m, y, a, b, da, db: -(y * m.log(a) * db + b * y / a * da)),
    ("sign", lambda m, y, a, b, da, db: b * y / a * da - y * m.log(a) * db),
)
LOGARITHM: Lines = (  # to another base: c is ln of the base
    ("log_base", lambda m, u, c, du: du / u),
    ("log_base", lambda m, u, c, du: c * du / u),
    ("log_base", lambda m, u, c, du: du / c),
    ("log_base", lambda m, u, c, du: du / (u * m.exp(c))),
    ("constant_factor", lambda m, u, c, du: du / u),
)
# fmt: on
