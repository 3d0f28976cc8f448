"""Threads that ask for exact numbers at once do not disturb each other."""

from __future__ import annotations

import threading

from flint import ctx

from symgrad.engine import Tape
from symgrad.value import variable
from symgrad.verification.exact_gradient import exact_gradient

THREADS, ROUNDS = 4, 60


def test_exact_numbers_in_threads() -> None:
    """Four threads get what one gets, and Arb's precision is afterwards what it was."""
    x = variable("x")
    tape = Tape.of([(1 - x.cos()) / x**2 + (x * 7).tanh()])
    points = [(k + 1) / 64 for k in range(THREADS * ROUNDS)]
    alone = [exact_gradient(tape, {"x": p}) for p in points]
    before, together = ctx.prec, dict[float, dict[str, float]]()

    def work(mine: list[float]) -> None:
        for p in mine:
            together[p] = exact_gradient(tape, {"x": p})

    threads = [threading.Thread(target=work, args=(points[k::THREADS],)) for k in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert alone == [together[p] for p in points]
    assert before == ctx.prec
