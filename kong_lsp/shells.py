"""Scripts that let a shell complete ``kong-lsp``'s commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``, of all that ``parser`` takes."""
    commands = dict(_commands(parser))
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](commands)


def _commands(
    parser: argparse.ArgumentParser,
) -> Iterator[tuple[str, tuple[str, list[argparse.Action]]]]:
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            told = {each.dest: each.help or "" for each in action._choices_actions}  # noqa: SLF001
            for name, command in action.choices.items():
                yield name, (told[name], command._actions)  # noqa: SLF001


Commands = dict[str, tuple[str, list[argparse.Action]]]


def _words(actions: list[argparse.Action]) -> list[str]:
    """What may stand after a command: options, and the words of a choice."""
    found = [option for action in actions for option in action.option_strings]
    for action in actions:
        if not action.option_strings and action.choices:
            found += map(str, action.choices)
    return found


def _choices(actions: list[argparse.Action]) -> Iterator[tuple[str, list[str]]]:
    """Options that take one of a few words."""
    for action in actions:
        if action.option_strings and action.choices:
            yield action.option_strings[-1], [str(each) for each in action.choices]


def _bash(commands: Commands) -> str:
    choices = {
        option: words for _, actions in commands.values() for option, words in _choices(actions)
    }
    values = "".join(
        f'    {option}) COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$word")); return ;;\n'
        for option, words in choices.items()
    )
    after = "".join(
        f'    {name}) words="{" ".join(_words(actions))}" ;;\n'
        for name, (_, actions) in commands.items()
    )
    return f"""\
_kong_lsp() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" words
  COMPREPLY=()
  # Bash takes --option=word for three words.
  if [ "$word" = = ]; then word=; fi
  if [ "$before" = = ]; then before="${{COMP_WORDS[COMP_CWORD-2]}}"; fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{" ".join(commands)} --help --version" -- "$word"))
    return
  fi
  case "$before" in
{values}  esac
  case "${{COMP_WORDS[1]}}" in
{after}  esac
  COMPREPLY=($(compgen -W "$words" -- "$word") $(compgen -f -- "$word"))
}}
complete -o filenames -F _kong_lsp kong-lsp
"""


def _zsh(commands: Commands) -> str:
    named = "".join(f"    '{name}:{_quoted(told)}'\n" for name, (told, _) in commands.items())
    cases = ""
    for name, (_, actions) in commands.items():
        told = " ".join(
            f"'{option}{'' if action.nargs == 0 else '='}[{_quoted(action.help or '')}]"
            + ("" if action.nargs == 0 else f":value:{_zsh_values(action)}")
            + "'"
            for action in actions
            for option in action.option_strings
        )
        words = next((a for a in actions if a.choices and not a.option_strings), None)
        rest = f"'1:word:{_zsh_values(words)}'" if words else "'*:file:_files'"
        cases += f"    {name}) _arguments {told} {rest} ;;\n"
    return f"""\
#compdef kong-lsp
_kong_lsp() {{
  local -a commands
  commands=(
{named}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{cases}  esac
}}
if [[ $zsh_eval_context[-1] == (loadautofunc|shfunc) ]]; then
  _kong_lsp "$@"
else
  compdef _kong_lsp kong-lsp
fi
"""


def _zsh_values(action: argparse.Action) -> str:
    return f"({' '.join(map(str, action.choices))})" if action.choices else "_files"


def _quoted(text: str) -> str:
    """For a string in single quotes, between brackets or after a colon, of zsh."""
    for sign, written in (("'", "'\\''"), ("[", "\\["), ("]", "\\]"), (":", "\\:")):
        text = text.replace(sign, written)
    return text.replace("%(default)s", "default")


def _fish_quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("%(default)s", "default")


def _fish(commands: Commands) -> str:
    lines = []
    for name, (told, actions) in commands.items():
        lines.append(
            f"complete -c kong-lsp -n __fish_use_subcommand -fa {name} -d '{_fish_quoted(told)}'"
        )
        here = f"complete -c kong-lsp -n '__fish_seen_subcommand_from {name}'"
        for action in actions:
            for option in action.option_strings:
                if not option.startswith("--"):
                    continue
                line = f"{here} -l {option[2:]} -d '{_fish_quoted(action.help or '')}'"
                if action.choices:
                    line += f" -xa '{' '.join(map(str, action.choices))}'"
                elif action.nargs != 0:
                    line += " -r"
                lines.append(line)
            if not action.option_strings and action.choices:
                lines.append(f"{here} -xa '{' '.join(map(str, action.choices))}'")
    return "\n".join(lines) + "\n"
