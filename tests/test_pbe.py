"""The example of a density functional: its formula is the published one, its derivatives hold."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from mpmath import diff, mp, mpf

import symgrad as sg

FILE = Path(__file__).parents[1] / "examples" / "pbe.py"
FITS = {  # of the 1992 paper, with the digits that implementations agreed on later
    "unpolarised": "0.0310907 0.21370 7.5957 3.5876 1.6382 0.49294",
    "polarised": "0.01554535 0.20548 14.1189 6.1977 3.3662 0.62517",
    "stiffness": "0.0168869 0.11125 10.357 3.6231 0.88026 0.49671",
}


@pytest.fixture(scope="module")
def pbe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pbe", FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gas(name: str, r: Any) -> Any:
    """G(r_s), equation 10 of the 1992 paper."""
    a, alpha, *b = map(mpf, FITS[name].split())
    series = sum(beta * r ** (mpf(k) / 2) for k, beta in enumerate(b, 1))
    return -2 * a * (1 + alpha * r) * mp.log(1 + 1 / (2 * a * series))


def exchange(n: Any, s: Any) -> Any:
    """Equations 10 and 14 of the 1996 paper, by the reduced gradient."""
    fermi = mp.cbrt(3 * mp.pi**2 * n)
    kappa, mu = mpf("0.804"), mpf("0.06672455060314922") * mp.pi**2 / 3
    reduced = s / (2 * fermi * n) ** 2
    return n * (-3 * fermi / (4 * mp.pi)) * (1 + kappa - kappa / (1 + mu * reduced / kappa))


def energy(u: Any, d: Any, x: Any, y: Any, z: Any) -> Any:
    """The whole functional, written once more from the papers, in mpmath."""
    n, s, r = u + d, x + 2 * y + z, mp.cbrt(3 / (4 * mp.pi * (u + d)))
    zeta = (u - d) / n
    spin = ((1 + zeta) ** (mpf(4) / 3) + (1 - zeta) ** (mpf(4) / 3) - 2) / (2 ** (mpf(4) / 3) - 2)
    curve = 8 / (9 * (2 ** (mpf(4) / 3) - 2))
    none, full = gas("unpolarised", r), gas("polarised", r)
    local = none - gas("stiffness", r) * spin / curve * (1 - zeta**4)
    local += (full - none) * spin * zeta**4
    phi = ((1 + zeta) ** (mpf(2) / 3) + (1 - zeta) ** (mpf(2) / 3)) / 2
    gamma, beta = (1 - mp.log(2)) / mp.pi**2, mpf("0.06672455060314922")
    screening = mp.sqrt(4 * mp.cbrt(3 * mp.pi**2 * n) / mp.pi)
    t = s / (2 * phi * screening * n) ** 2
    a = beta / gamma / (mp.exp(-local / (gamma * phi**3)) - 1)
    ratio = (1 + a * t) / (1 + a * t + (a * t) ** 2)
    h = gamma * phi**3 * mp.log(1 + beta / gamma * t * ratio)
    return (exchange(2 * u, 4 * x) + exchange(2 * d, 4 * z)) / 2 + n * (local + h)


@pytest.mark.slow
def test_it_runs(pbe: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Every derivative up to order 4 is verified, and the compiled ones are right."""
    pbe.main(pbe.PBE, 4, beside=False)
    shown = capsys.readouterr().out
    assert 4 == shown.count(": verified")
    assert "of the 15:" in shown


def test_sympy_beside_it(pbe: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """SymPy's derivatives and lambdify give the same numbers."""
    pbe.main(pbe.PBE, 1, beside=True)
    assert float(capsys.readouterr().out.split()[-1]) < 1e-13


def test_the_formula_is_the_published_one(pbe: ModuleType) -> None:
    """Both texts agree with the functional written once more in mpmath, at 50 digits."""
    f, g = sg.parse(pbe.PBE_SPIN), sg.parse(pbe.PBE)
    with mp.workdps(50):
        for at in ((0.3, 0.2, 0.1, 0.05, 0.2), (1.5, 0.01, 0.3, 0.01, 2e-3), (1e-3, 2e-3, 0, 0, 0)):
            truth = float(energy(*map(mpf, at)))
            assert math.isclose(truth, f(dict(zip(f.variables, at))), rel_tol=1e-13)
        truth = float(energy(mpf(0.25), mpf(0.25), *[mpf(0.75) / 4] * 3))
    assert math.isclose(truth, g(n=0.5, s=0.75), rel_tol=1e-13)


def test_uniform_gas(pbe: ModuleType) -> None:
    """Without a gradient: Dirac's exchange, and the published correlation at r_s = 2."""
    n = 3 / (4 * math.pi * 8)
    for text, at, dirac, correlation in (
        (pbe.PBE, {"n": n, "s": 0}, 0.7385587663820224, -0.0448),
        (pbe.PBE_SPIN, {"u": n, "d": 0.0, "x": 0, "y": 0, "z": 0}, 0.9305257363491, -0.0240),
    ):
        f = sg.parse(text)
        if "d" in at:
            at["d"], at["u"] = n * 1e-12, n * (1 - 1e-12)  # at d = 0 the formula divides by 0
        energy_per_electron = f(at) / n + dirac * n ** (1 / 3)
        assert math.isclose(correlation, energy_per_electron, abs_tol=2e-4)


def test_a_fourth_derivative(pbe: ModuleType) -> None:
    """A mixed spin derivative of order 4 is the one that mpmath finds by differences."""
    f = sg.parse(pbe.PBE_SPIN)
    at = pbe.POINTS[pbe.PBE_SPIN]
    ours = sg.compile([f.backpropagated("u", "d", "x", "z")], wrt=()).value(at)[0]
    with mp.workdps(60):
        truth = diff(energy, tuple(map(mpf, at.values())), (1, 1, 1, 0, 1))
    assert math.isclose(float(truth), ours, rel_tol=1e-12)
