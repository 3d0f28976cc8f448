"""`symgrad completion SHELL`: what bash, zsh or fish reads, so that Tab completes a command.

- `script(shell)` is its text: commands, their options, and the options' choices are all in it, so
  that no Python starts at a key.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

from ..deferred import Deferred
from .terminal import Terminal

SHELLS = ("bash", "zsh", "fish")
BASH = """_symgrad() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words=
  case "${{COMP_WORDS[1]}} $before" in
{choices}
  *) case "$COMP_CWORD ${{COMP_WORDS[1]}}" in
    "1 "*) words="{commands}" ;;
{options}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _symgrad symgrad"""

Choices = Mapping[str, Any]  # option: its choices, or None


def add(commands: Any) -> None:
    command = commands.add_parser(
        "completion", help="print what a shell needs to complete a command",
        description="Print a script for bash, zsh or fish: with it, Tab completes symgrad.",
        epilog='example: eval "$(symgrad completion bash)" in ~/.bashrc',
    )  # fmt: skip
    command.add_argument("shell", choices=SHELLS, help="which shell reads it")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    terminal.line(script(options.shell, options.modules))
    return 0


def script(shell: str, modules: Mapping[str, str]) -> str:
    """The text for a shell; `modules` are the commands, each with its module here."""
    known = {name: dict(options_of(name, module)) for name, module in modules.items()}
    if shell == "fish":
        return "\n".join(_fish(known))
    bash = _bash(known)
    return bash if shell == "bash" else f"autoload -U +X bashcompinit && bashcompinit\n{bash}"


def options_of(name: str, module: str) -> Iterator[tuple[str, Any]]:
    """A command's options, from its own parser."""
    commands = argparse.ArgumentParser().add_subparsers()
    Deferred(f"cli.{module}").add(commands)
    parsers = [commands.choices[name]]
    for parser in parsers:
        for action in parser._actions:
            if isinstance(action.choices, dict):  # commands of its own
                yield from dict.fromkeys(action.choices).items()
                parsers += action.choices.values()
            elif action.option_strings:
                yield action.option_strings[-1], action.choices
            elif action.choices:
                yield from dict.fromkeys(map(str, action.choices)).items()


def _bash(known: Mapping[str, Choices]) -> str:
    choices = [f'  "{name} {option}") words="{_spaced(given)}" ;;'
               for name, options in known.items() for option, given in options.items()
               if given]  # fmt: skip
    options = [f'    *" {name}") words="{_spaced(options)}" ;;' for name, options in known.items()]
    return BASH.format(choices="\n".join(choices), commands=_spaced(known),
                       options="\n".join(options))  # fmt: skip


def _fish(known: Mapping[str, Choices]) -> Iterator[str]:
    yield f"complete -c symgrad -n __fish_use_subcommand -xa '{_spaced(known)}'"
    for name, options in known.items():
        seen = f"complete -c symgrad -n '__fish_seen_subcommand_from {name}'"
        for option, given in options.items():
            if not option.startswith("--"):
                yield f"{seen} -a {option}"
            else:
                values = f" -xa '{_spaced(given)}'" if given else ""
                yield f"{seen} -l {option.removeprefix('--')}{values}"


def _spaced(words: Any) -> str:
    return " ".join(word for word in map(str, words) if " " not in word)
