"""The PBE density functional with every derivative up to order 4: derived, verified, compiled.

    python examples/pbe.py            # in the density n and s = |grad n|^2: 15 functions
    python examples/pbe.py --spin     # in the spin densities u, d and x = |grad u|^2,
                                      # y = grad u . grad d, z = |grad d|^2: 126 functions
    python examples/pbe.py --sympy    # SymPy's diff and lambdify(cse=True) beside it (a minute)

The energy a volume, in Hartree atomic units: Perdew, Burke, Ernzerhof, Phys. Rev. Lett. 77, 3865
(1996), on Perdew and Wang's electron gas, Phys. Rev. B 45, 13244 (1992).
"""

from __future__ import annotations

import argparse
from itertools import combinations_with_replacement as combinations
from time import perf_counter

import symgrad as sg

CONSTANTS = "κ = 0.804; β = 0.06672455060314922; γ = (1 - ln(2))/pi^2; r = (3/(4*pi*n))^(1/3);"


def exchange(n: str, s: str) -> str:
    return (f"(-3/4)*(3*{n}/pi)^(1/3)*{n}"
            f"*(1 + κ - κ/(1 + β*pi^2/3*{s}/(4*(3*pi^2*{n})^(2/3)*{n}^2)/κ))")  # fmt: skip


def gas(a: str, a1: str, *b: str) -> str:
    """Perdew and Wang's fit G to the electron gas, in r = r_s."""
    series = f"{b[0]}*sqrt(r) + {b[1]}*r + {b[2]}*r^1.5 + {b[3]}*r^2"
    return f"(-2*{a}*(1 + {a1}*r)*ln(1 + 1/(2*{a}*({series}))))"


UNPOLARISED = gas("0.0310907", "0.21370", "7.5957", "3.5876", "1.6382", "0.49294")
POLARISED = gas("0.01554535", "0.20548", "14.1189", "6.1977", "3.3662", "0.62517")
STIFFNESS = gas("0.0168869", "0.11125", "10.357", "3.6231", "0.88026", "0.49671")
GRADIENT = """
T = pi*s/(16*φ^2*(3*pi^2*n)^(1/3)*n^2); A = β/γ/expm1(-C/(γ*φ^3));
H = γ*φ^3*ln(1 + β/γ*T*(1 + A*T)/(1 + A*T + A^2*T^2));"""
PBE = f"{CONSTANTS} C = {UNPOLARISED}; φ = 1; {GRADIENT} {exchange('n', 's')} + n*(C + H)"
PBE_SPIN = f"""n = u + d; s = x + 2*y + z; ζ = (u - d)/n; {CONSTANTS}
F = ((1 + ζ)^(4/3) + (1 - ζ)^(4/3) - 2)/(2^(4/3) - 2); B = {UNPOLARISED};
C = B - {STIFFNESS}*F*(1 - ζ^4)*9/8*(2^(4/3) - 2) + ({POLARISED} - B)*F*ζ^4;
φ = ((1 + ζ)^(2/3) + (1 - ζ)^(2/3))/2; {GRADIENT}
({exchange("(2*u)", "(4*x)")} + {exchange("(2*d)", "(4*z)")})/2 + n*(C + H)"""
POINTS = {PBE: {"n": 0.3, "s": 0.2}, PBE_SPIN: {"u": 0.3, "d": 0.2, "x": 0.1, "y": 0.05, "z": 0.2}}


def derivatives(f: sg.Expression, order: int) -> dict[tuple[str, ...], sg.Expression]:
    """f and every mixed partial up to an order, each from one of the order before."""
    found: dict[tuple[str, ...], sg.Expression] = {(): f}
    for n in range(1, order + 1):
        for by in combinations(f.variables, n):
            found[by] = found[by[:-1]].backpropagated(by[-1])
    return found


def main(text: str, order: int, beside: bool) -> None:
    f, at, start = sg.parse(text), POINTS[text], perf_counter()
    found = derivatives(f, order)
    derived = perf_counter()
    verdicts = {n: f.verify(order=n) for n in range(1, order + 1)}
    verified = perf_counter()
    fast = sg.compile(list(found.values()), wrt=())
    values = fast.value(at)
    done = perf_counter()
    off = max(abs(v / g(at, exact=True) - 1) for v, g in zip(values, found.values()))
    for n, v in verdicts.items():
        print(f"order {n}: {v.verdict} ({len(v.partials)} partials, {v.counted} points or more)")
    print(f"energy {values[0]:.16g} at {at}; worst relative error of the {len(found)}: {off:.1e}")
    print(f"{'':8}{'derive':>9}{'verify':>9}{'compile':>9}{'together':>10}")
    steps = derived - start, verified - derived, done - verified, done - start
    print("symgrad {:9.2f}{:9.2f}{:9.2f}{:10.2f}".format(*steps))
    if beside:
        derive, compiled, theirs = with_sympy(f, found, at)
        print(f"SymPy   {derive:9.2f}{'none':>9}{compiled:9.2f}{derive + compiled:10.2f}")
        gap = max(abs(a / b - 1) for a, b in zip(values, theirs))
        ratio = (derive + compiled) / (done - start)
        print(f"SymPy / symgrad: {ratio:.1f}; values differ by {gap:.1e}")


def with_sympy(f: sg.Expression, found: dict, at: dict) -> tuple[float, float, list[float]]:
    """Seconds that SymPy takes to derive and to compile the same functions, and its values."""
    import sympy  # noqa: PLC0415

    theirs, start = {(): f.sympy()}, perf_counter()
    symbols = {name: sympy.Symbol(name, real=True) for name in f.variables}
    for by in list(found)[1:]:
        theirs[by] = sympy.diff(theirs[by[:-1]], symbols[by[-1]])
    derived = perf_counter()
    fast = sympy.lambdify(list(symbols.values()), list(theirs.values()), cse=True)
    values = fast(*at.values())
    return derived - start, perf_counter() - derived, values


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="PBE, differentiated, verified and compiled")
    parser.add_argument("--spin", action="store_true", help="in both spin densities")
    parser.add_argument("--sympy", action="store_true", help="SymPy beside it")
    parser.add_argument("--order", type=int, default=4)
    options = parser.parse_args()
    main(PBE_SPIN if options.spin else PBE, options.order, options.sympy)
