"""What a judgement consists of: verdict, evidence, witness, mistakes, credit, reading, message."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..errors import Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the verdict is known: `proved` symbolically, or held against f' at points."""

    proved: bool = False
    points: int = 0
    digits: int = 0  # to which the answer and the slope agree

    def __str__(self) -> str:
        if self.proved:
            return "proved"
        return f"equal at {self.points} points to {self.digits} digits" if self.points else "none"


@dataclass(frozen=True, slots=True)
class Witness:
    """A point where the answer is not the slope. What is None is undefined, or not shown."""

    point: dict[str, str]
    yours: str | None
    slope: str | None

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {x}" for name, x in self.point.items())
        yours = "has no value" if self.yours is None else f"is {self.yours}"
        slope = "" if self.slope is None else f", the slope is {self.slope}"
        return f"at {at} yours {yours}{slope}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One explanation: its code, the subexpression where it happened, and what a student reads."""

    code: str
    place: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on an answer, and all that is known about it."""

    verdict: Verdict  # correct, incorrect, equal_on_part, invalid, undecided
    evidence: Evidence = Evidence()
    witness: Witness | None = None
    mistakes: tuple[Mistake, ...] = ()
    credit: float = 0.0
    reading: str = ""
    message: str = ""
    position: tuple[int, int] | None = None  # of what is at fault in an invalid answer
    remarks: tuple[str, ...] = ()  # what is worth saying and changes no verdict

    @property
    def exit_code(self) -> int:
        return self.verdict.exit_code

    def as_dict(self) -> dict[str, Any]:
        """The fields as plain data; `--json` prints them."""
        return asdict(self)


__all__ = ["Evidence", "Judgement", "Mistake", "Witness"]
