"""symgrad: gradients that can be trusted, from a formula typed as text.

    >>> import symgrad as sg
    >>> f = sg.parse("tanh(x*w + b)")
    >>> f.gradient(x=2, w=0.5, b=1)

Everything is imported on first use, so that `import symgrad` costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what editors and type checkers see; the same names are imported below
    from . import errors as errors
    from . import nn as nn
    from . import oracle as oracle
    from .compiling.compiler import Compiled as Compiled
    from .compiling.compiler import compile as compile
    from .errors import Ambiguous as Ambiguous
    from .errors import LanguageError as LanguageError
    from .errors import LimitReached as LimitReached
    from .errors import OutOfDomain as OutOfDomain
    from .errors import SymgradError as SymgradError
    from .errors import Undecided as Undecided
    from .errors import Unsupported as Unsupported
    from .errors import UsageError as UsageError
    from .expression import Expression as Expression
    from .expression import diff as diff
    from .expression import from_sympy as from_sympy
    from .expression import parse as parse
    from .expression import readings as readings
    from .grading.files import grade as grade
    from .homework.explaining import Explanation as Explanation
    from .homework.explaining import explain as explain
    from .homework.judgement import Judgement as Judgement
    from .limits import Limits as Limits
    from .ops import OPS as OPS
    from .ops import op as op
    from .questions.asking import check as check
    from .questions.question import Question as Question
    from .sets.exercises import practice as practice
    from .sets.problem_set import ProblemSet as ProblemSet
    from .value import Value as Value
    from .verification import Verification as Verification

__version__ = "0.1.0"

# public name -> module that holds it; no module bears the name of a public function
_HOMES = {
    "Ambiguous": "errors", "Compiled": "compiling.compiler", "Explanation": "homework.explaining",
    "Expression": "expression", "Judgement": "homework.judgement", "LanguageError": "errors",
    "LimitReached": "errors", "Limits": "limits", "OPS": "ops", "OutOfDomain": "errors",
    "ProblemSet": "sets.problem_set", "Question": "questions.question", "SymgradError": "errors",
    "Undecided": "errors", "Unsupported": "errors", "UsageError": "errors", "Value": "value",
    "Verification": "verification", "check": "questions.asking", "compile": "compiling.compiler",
    "diff": "expression", "explain": "homework.explaining", "from_sympy": "expression",
    "grade": "grading.files", "op": "ops", "parse": "expression", "practice": "sets.exercises",
    "readings": "expression",
}  # fmt: skip
_MODULES = ("errors", "nn", "oracle")  # reached as sg.oracle
__all__ = [  # noqa: PLE0604  # the keys are strings
    "__version__", *_HOMES, *_MODULES,
]  # fmt: skip

if not TYPE_CHECKING:  # a type checker would take any name for good

    def __getattr__(name: str) -> Any:
        if name in _MODULES:
            return importlib.import_module(f".{name}", __name__)
        if name not in _HOMES:
            raise AttributeError(f"module 'symgrad' has no attribute {name!r}")
        public = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
        globals()[name] = public
        return public


def __dir__() -> list[str]:
    return sorted(__all__)
