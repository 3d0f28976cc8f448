"""A piece of a sweep: one operation at so many neighbouring inputs, value and derivative judged.

- `Swept(engine, operation, dtype)` says what is swept; `.chunks` is how many pieces there are.
- `examined(swept, chunk)` is what came out of a piece, as plain data that can be added up.

The reference is machine code in float64, compiled from the row. It is within a few ulps of float64;
16 times as much is taken for its bound. What lies within that bound of a decision goes to Arb, as
does what the machine code cannot tell: kinks, ends of domains, what over- or underflows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb

from ..arithmetic.balls import precision
from ..compiling.compiler import compile
from ..errors import UsageError
from ..ops import OPS
from .engine_calls import called, understood
from .engines import engine as shipped
from .engines.from_text import engine_from
from .float_formats import FORMATS, SINGLE_BITS, Format
from .programs import graph, inside, simple
from .remarks import Answer, judged, label
from .truth import BITS, Truth

BITS_OF_INPUTS = {"float16": 16, "bfloat16": 16, "float32": 32}  # bits of an input
CHUNK_INPUTS = 1 << 20  # inputs
BUCKETS = 256  # of inputs in the picture: the first 8 bits
RELATIVE_BOUND = 2.0**-46  # relative: 64 ulps of float64
BEYOND = 4  # times what one operation may be off: a slope is a few operations
WORST = 8  # points that are kept
MOST_ASKED_OF_ARB = 20_000  # points of a piece
PARTS = ("value", "slope")


@dataclass(frozen=True)
class Swept:
    """An engine (or its name), an operation of one argument, and a format that is swept."""

    engine: Any
    operation: str
    dtype: str

    @property
    def chunks(self) -> int:
        return max(1, (1 << BITS_OF_INPUTS[self.dtype]) // CHUNK_INPUTS)

    def checked(self) -> Swept:
        """This, or UsageError where it cannot be swept."""
        if self.dtype not in BITS_OF_INPUTS:
            some = ", ".join(BITS_OF_INPUTS)
            raise UsageError(f"{self.dtype} has too many numbers; one of {some}")
        if self.operation not in OPS or OPS[self.operation].arity != 1:
            raise UsageError(f"{self.operation} is no operation of one argument")
        name, _, operations = understood(engine_of(self))
        if self.operation not in operations:
            raise UsageError(f"{name} has no {self.operation}")
        own = getattr(engine_of(self), "dtype", self.dtype)
        if own != self.dtype:
            raise UsageError(f"{engine_of(self).name} computes in {own}, not in {self.dtype}")
        return self


@lru_cache(maxsize=4)
def named_engine(name: str, dtype: str) -> Any:
    return engine_from(name) if ":" in name else shipped(name, dtype)


def engine_of(swept: Swept) -> Any:
    name = swept.engine
    return named_engine(name, swept.dtype) if isinstance(name, str) else name


def inputs(dtype: str, chunk: int) -> tuple[np.ndarray, np.ndarray]:
    """The bits of a piece's inputs, and the inputs as float64; nan is none."""
    width = BITS_OF_INPUTS[dtype]
    count = min(CHUNK_INPUTS, 1 << width)
    bits = np.arange(chunk * count, (chunk + 1) * count, dtype=np.uint64).astype(np.uint32)
    with np.errstate(invalid="ignore"):  # nan that signals
        if dtype == "float16":
            x = bits.astype(np.uint16).view(np.float16).astype(np.float64)
        else:
            x = (bits << np.uint32(32 - width)).view(np.float32).astype(np.float64)
    kept = x == x
    return bits[kept], x[kept]


@lru_cache(maxsize=4)
def reference(operation: str) -> Any:
    program = simple(operation, 1)
    return compile(graph(program, exactly=True), variables=program.variables)


def truths(operation: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value and slope in float64; nan or infinite where that cannot tell."""
    with np.errstate(all="ignore"):
        values, slopes = reference(operation).batch(x[:, None])
    return values, np.where(outside(operation, x, values), math.nan, slopes[:, 0])


POINTS_SAMPLED = 64  # of those without a value: do they lie outside the domain?


def outside(operation: str, x: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Where there is no value because the domain ends: nothing is demanded there."""
    none = values != values
    places = np.flatnonzero(none)
    some = x[places[:: max(1, len(places) // POINTS_SAMPLED)]].tolist()
    return none if some and not any(inside(operation, [a]) for a in some) else none & False


def answers(swept: Swept, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the engine gives, at all points at once where it can."""
    engine, program = engine_of(swept), simple(swept.operation, 1)
    if hasattr(engine, "elementwise"):
        values, slopes = engine.elementwise(program, x)
        return np.asarray(values, dtype=np.float64), np.asarray(slopes, dtype=np.float64)
    every = [called(engine, program, (a,)) for a in x.tolist()]
    return (np.array([a.value for a in every]),
            np.array([a.gradient[0] if a.gradient else math.nan for a in every]))  # fmt: skip


# --- one piece ------------------------------------------------------------------------------------


def examined(swept: Swept, chunk: int) -> dict[str, Any]:
    """A piece: counts, the worst points, and the largest errors along the inputs."""
    form = FORMATS[swept.dtype]
    bits, x = inputs(swept.dtype, chunk)
    places = (bits >> np.uint32(BITS_OF_INPUTS[swept.dtype] - 8)).astype(np.intp)
    with np.errstate(all="ignore"):
        got, true = answers(swept, x), truths(swept.operation, x)
        beyond = outside(swept.operation, x, true[0])
        pieces = [NumbersSwept(swept, form, x, *pair, beyond) for pair in zip(got, true)]
        found = slowly(swept, form, x, got, pieces)
    made: dict[str, Any] = {"chunk": chunk, "inputs": len(x)}
    for k, part in enumerate(PARTS):
        with np.errstate(all="ignore"):
            made[part] = pieces[k].told(places, found[k])
    return made


class NumbersSwept:
    """The values, or the slopes, of a piece: errors in ulps of the format."""

    def __init__(
        self, swept: Swept, form: Format, x: np.ndarray, got: np.ndarray, true: np.ndarray,
        beyond: np.ndarray,
    ) -> None:  # fmt: skip
        self.form, self.x, self.got, self.true = form, x, got, true
        self.near = rounded(true, form)
        low, high = (rounded(true * (1 + b), form) for b in (-RELATIVE_BOUND, RELATIVE_BOUND))
        self.clear = np.isfinite(true) & (np.abs(true) > 2.0**-1000)
        self.tie = self.clear & (low != high)
        self.errors = np.abs(got - true) / spacing(true, form)
        inside = (got == self.near) | ((got == low) | (got == high)) & self.tie
        same = ((got != got) & (true != true)) | beyond
        tiny = (true == 0) & (got == 0)
        self.errors = np.where(inside & ~np.isfinite(self.errors) | same | tiny, 0.0, self.errors)
        self.right = inside | same | tiny
        most = BEYOND * form.loose
        far = ~(self.errors <= most * (1 - 2.0**-16)) & ~self.right
        sure = self.clear & np.isfinite(self.near) & ~(np.abs(self.errors - most) < most / 2**15)
        bent = bool(OPS[swept.operation].kinks or OPS[swept.operation].domain)
        self.unclear = (far & (~sure | bent)) | (self.tie & inside)
        self.wrong = far & sure & ~self.unclear

    def told(self, places: np.ndarray, settled: dict[int, tuple[str, float, bool]]) -> Any:
        """Counts by label, how many are correctly rounded, the worst, errors by bucket."""
        labels: Counter[str] = Counter()
        for i, (kind, ulps, right) in settled.items():
            self.errors[i], self.right[i] = ulps, right
            labels[kind] += bool(kind)
        flushed = self.wrong & (self.got == 0) & (np.abs(self.true) < self.form.normal)
        for kind, where in self.labels(self.wrong & ~flushed):
            labels[kind] += int(where.sum())
        labels["flushed"] = int(flushed.sum())
        buckets = np.zeros(BUCKETS)
        shown = np.where(np.isfinite(self.errors), self.errors, 2.0**self.form.bits)
        np.maximum.at(buckets, places, shown)
        some = np.argpartition(shown, -WORST)[-WORST:] if len(shown) > WORST else slice(None)
        order = np.arange(len(shown))[some]
        order = order[np.argsort(shown[order], kind="stable")[::-1]]
        worst = [[float(v[i]) for v in (shown, self.x, self.got, self.true)] for i in order]
        return {"right": int(self.right.sum()), "labels": {k: n for k, n in labels.items() if n},
                "worst": worst, "buckets": buckets.tolist()}  # fmt: skip

    def labels(self, wrong: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
        """The wrong ones by label, as `remarks.label` has them."""
        lost = ~np.isfinite(self.got) | ((self.got == 0) & (self.true != 0))
        rule = np.abs(self.got - self.true) > self.form.rule * np.abs(self.true)
        yield "RANGE", wrong & lost
        yield "RULE", wrong & ~lost & rule
        yield "PRECISION", wrong & ~lost & ~rule


def rounded(x: np.ndarray, form: Format) -> np.ndarray:
    """Each to the nearest number of the format, to even at ties, infinite beyond the largest."""
    if form.bits == SINGLE_BITS:
        return x.astype(np.float32).astype(np.float64)
    grid = spacing(x, form)
    near = np.round(x / grid) * grid
    return np.where(np.abs(near) > form.largest, np.copysign(np.inf, x), np.where(x == 0, x, near))


EXPONENT = np.uint64(0x7FF << 52)  # of a float64's bits: without the others it is a power of 2


def spacing(x: np.ndarray, form: Format) -> np.ndarray:
    """The ulp of the format at each."""
    powers = (np.ascontiguousarray(x).view(np.uint64) & EXPONENT).view(np.float64)
    powers[~np.isfinite(powers)] = 1.0
    return np.maximum(powers * 2.0 ** (1 - form.bits), math.ldexp(1.0, form.smallest))


Settled = dict[int, tuple[str, float, bool]]  # place: label or "", ulps, correctly rounded


def slowly(
    swept: Swept, form: Format, x: np.ndarray, got: Any, pieces: list[NumbersSwept]
) -> tuple[Settled, Settled]:
    """What Arb says of the points that machine code cannot decide."""
    unclear = np.flatnonzero(pieces[0].unclear | pieces[1].unclear)
    truth = Truth(simple(swept.operation, 1))
    both: tuple[Settled, Settled] = {}, {}
    for i in unclear[:MOST_ASKED_OF_ARB].tolist():
        answer = Answer(float(got[0][i]), (float(got[1][i]),))
        with precision(BITS):
            remarks = judged(truth, (float(x[i]),), answer, form)
            exact = truth.exact((float(x[i]),)).balls
        failed = {r.place: r for r in remarks}
        for k in (0, 1):
            if pieces[k].unclear[i]:
                number = answer.gradient[0] if k else answer.value
                both[k][i] = settled(failed.get(k), exact[k] if exact else None, number, form)
    return both


def settled(remark: Any, ball: arb | None, got: float, form: Format) -> tuple[str, float, bool]:
    """The label of one number, its error in ulps, and whether it is correctly rounded."""
    if ball is None or not ball.is_finite():  # there is nothing to hold it to
        return "", 0.0, True
    near = float(ball)
    right = got == form.nearest(near)
    if remark is None or not remark.fails:
        off = abs(got - near) / form.ulp(form.nearest(near)) if math.isfinite(got) else 0.0
        return "", 0.0 if right or remark is not None else min(off, form.close), right
    off = abs(got - near) / form.ulp(near) if math.isfinite(got) else 2.0**form.bits
    if got == 0 and abs(near) < form.normal:
        return "flushed", off, False
    if off <= BEYOND * form.loose:
        return "", off, False
    size = abs(near)
    return label(got, near, abs(arb(got) - ball), size, form, False), off, False


__all__ = ["PARTS", "Swept", "examined"]
