"""symgrad: gradients that can be trusted, from a formula typed as text.

    >>> import symgrad as sg
    >>> f = sg.parse("tanh(x*w + b)")
    >>> f.gradient(x=2, w=0.5, b=1)

Everything is imported on first use, so that `import symgrad` costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

# public name -> module that holds it; no module bears the name of a public function
_HOMES = {
    "Value": "value",
    "Limits": "limits",
    "SymgradError": "errors",
    "LanguageError": "errors",
    "Ambiguous": "errors",
    "OutOfDomain": "errors",
    "Unsupported": "errors",
    "LimitReached": "errors",
    "Undecided": "errors",
    "UsageError": "errors",
    "OPS": "ops",
    "op": "ops",
    "Expression": "expression",
    "parse": "expression",
    "readings": "expression",
    "from_sympy": "expression",
    "compile": "compiling.compiler",
    "check": "homework.judging",
    "Judgement": "homework.judgement",
}
_PACKAGES = ("oracle",)  # reached as sg.oracle
__all__ = ["__version__", *_HOMES]  # noqa: PLE0604  # the keys are strings


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return importlib.import_module(f".{name}", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module 'symgrad' has no attribute {name!r}")
    found = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
