"""The command line: prints what the library found, and maps errors to exit codes.

- `main(argv)` runs a command; it never shows a traceback for a user's error.

Each command is a row of `COMMANDS` and a module here with `add(commands)` for its options and
`run(options, terminal)` for its work.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .. import __version__
from ..deferred import Deferred
from ..errors import SymgradError, UsageError, nearest
from .arguments import Formatted
from .terminal import Terminal, opened, reported, speak

OPTIONS_ALONE = ("-h", "--help", "--version")
SHORTEST_MISSPELT = 3  # letters of what is taken for a command
COMMANDS = {  # name: its module here, and what it does
    "diff": ("diff", "differentiate a formula and verify the result"),
    "check": ("check", "judge a student's answer"),
    "explain": ("explain", "derive a formula step by step"),
    "grade": ("grade", "judge a file of answers"),
    "set": ("sets", "check, print and export a problem set"),
    "practice": ("practising", "exercises, judged as you answer"),
    "graph": ("draw", "draw the graph of a formula"),
    "oracle": ("oracle", "judge another autograd engine"),
    "ops": ("table", "list the operations"),
    "serve": ("serve", "show the page, and answer programs, on this machine"),
    "mcp": ("mcp", "offer diff, check and explain to language models"),
    "completion": ("completing", "print what a shell needs to complete a command"),
    "site": ("site", "write the page for a host of static files, with symgrad in it"),
}

FIRST_LINES = """symgrad "x^2 sin x"                      its derivative, verified
symgrad check "x^2 sin x" "2x cos x"     a student's answer, its mistake named
symgrad explain "x^2 sin(3x)"            the derivation, step by step

symgrad --help names all commands."""

EXAMPLES = """examples:
  symgrad "x^2 sin x"                            short for symgrad diff
  symgrad diff "tanh(x*w+b)" --at x=2            w and b stay free
  symgrad diff "x^2 sin x" --order 2             the second derivative
  symgrad diff "ln x" --at x=pi/2 --json         for programs
  symgrad diff - < formulas.txt                  one formula a line
  symgrad check "x^2 sin x" "2x cos x"           an answer, its mistake named
  symgrad explain "x^2 sin(3x)"                  the derivation, step by step
  symgrad grade answers.csv --out graded.csv     a file of answers, a row each
  symgrad set show exercises.toml --student ada  a student's numbers
  symgrad practice --rule chain --level 2        exercises, judged as you answer
  symgrad graph "x*y + sin x" --at x=2,y=3       the graph, data and gradients
  symgrad oracle run torch                       judge another autograd engine
  symgrad ops sin                                an operation; without a name, all of them

exit codes: 0 right, 1 a wrong derivative or answer was found, 2 not understood, \
3 undecided, 4 a limit stopped the parsing

the guide: examples/guide/pages/index.md, beside the source"""


def parser(chosen: str = "") -> argparse.ArgumentParser:
    """The options of the chosen command; the others are named only, and not imported."""
    found = argparse.ArgumentParser(
        prog="symgrad",
        description="Derivatives that can be trusted: every one verified against SymPy.",
        epilog=EXAMPLES, formatter_class=Formatted,
    )  # fmt: skip
    found.add_argument("--version", action="version", version=f"symgrad {__version__}")
    commands = found.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, purpose) in COMMANDS.items():
        if name == chosen:
            Deferred(f"cli.{module}").add(commands)
        else:
            commands.add_parser(name, help=purpose)
    modules = {name: module for name, (module, _) in COMMANDS.items()}
    found.set_defaults(modules=modules)  # what `completion` completes
    return found


def completed(argv: Sequence[str]) -> list[str]:
    """A formula alone is differentiated; a command that is misspelt is no formula, nor is help."""
    if argv and argv[0] == "help":
        return [*argv[1:2], "--help"]
    if not argv or argv[0] in COMMANDS or argv[0] in OPTIONS_ALONE:
        return list(argv)
    meant = nearest(argv[0], list(COMMANDS)) if argv[0].isalpha() else None
    if meant and len(argv[0]) >= SHORTEST_MISSPELT:
        raise UsageError(f"there is no command {argv[0]}", hint=f"did you mean symgrad {meant}?")
    return ["diff", *argv]


def shielded(argument: str) -> str:
    """-x^2 is a formula; the blank keeps argparse from reading it as an option."""
    is_formula = argument[:1] == "-" and argument[:2] != "--" and argument not in ("-", "-h")
    return f" {argument}" if is_formula else argument


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    argv = [shielded(a) for a in (sys.argv[1:] if argv is None else argv)]
    if sys.stderr is None:  # closed, as by 2>&-: what is said aside is lost, and no more
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        code = _ran(argv) if argv else _greeted()
        sys.stdout.flush()  # a full disk shows up here
        return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `symgrad ... | head`: not our error
        _mute()
        return 0
    except OSError as error:
        if error.filename is None:
            _mute()
        where = "" if error.filename is None else f"{error.filename}: "
        return reported(UsageError(f"{where}{error.strerror or error}"))


def _greeted() -> int:
    """Where nothing is asked: three examples."""
    Terminal(opened(sys.stdout, "output")).told(FIRST_LINES, hang=4)
    return 0


def _ran(argv: Sequence[str]) -> int:
    try:
        argv = completed(argv)
    except UsageError as error:
        return reported(error)
    return _answered(parser(argv[0]).parse_args(argv))


def _answered(options: argparse.Namespace) -> int:
    """The command's exit code, or that of the error it ended with."""
    terminal = Terminal(opened(sys.stdout, "output"))
    try:
        return int(options.run(options, terminal))
    except SymgradError as error:
        speak(error, getattr(options, "lang", "en"))
        return reported(error, terminal if getattr(options, "json", False) else None)


def _mute() -> None:
    """What is left in the buffer of a stream that takes no more must not be tried again at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
