"""The scripts that make Tab work, for bash, zsh and fish: they hand over the line up to the cursor, and take what fits.

The line goes as it is typed: shells part it at colons and equals signs, where ``droplet:web-1`` is one word here.
"""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

VARIABLE = "_DOPY_COMPLETE"

BASH = r"""
%(complete_func)s() {
    local line="${COMP_LINE:0:COMP_POINT}" type value
    COMPREPLY=()
    while IFS=$'\t' read -r type value; do
        case $type in
            file) compopt -o default ;;
            part) compopt -o nospace; COMPREPLY+=("$value") ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(env COMP_LINE="$line" COMP_BREAKS="$COMP_WORDBREAKS" %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
ZSH = r"""#compdef %(prog_name)s
%(complete_func)s() {
    local type key told
    local -a plain described parts
    (( ! $+commands[%(prog_name)s] )) && return 1
    while IFS=$'\t' read -r type key told; do
        case $type in
            file) _files ;;
            part) parts+=("$key") ;;
            plain) if [[ -n $told ]]; then described+=("${key//:/\\:}:$told"); else plain+=("$key"); fi ;;
        esac
    done < <(env COMP_LINE="${(j: :)words[1,CURRENT]}" %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)
    (( $#described )) && _describe -V unsorted described -U
    (( $#parts )) && compadd -U -S '' -V unsorted -a parts
    (( $#plain )) && compadd -U -V unsorted -a plain
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
FISH = r"""
function %(complete_func)s
    for reply in (env COMP_LINE=(commandline -cp | string collect) %(complete_var)s=fish_complete %(prog_name)s 2>/dev/null)
        set -l parts (string split -m 2 \t -- $reply)
        switch $parts[1]
            case file
                __fish_complete_path (commandline -ct)
            case part plain
                string join \t -- $parts[2..]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class Shell(ShellComplete):
    """What is the same for all shells."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and what there is of that."""
        import os

        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        incomplete = "" if not words or (line[-1:].isspace() and not line.endswith("\\ ")) else words.pop()
        return words[1:], incomplete

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What fits, written whole: ``--image=ubuntu-24-04-x64`` where that is how it was begun."""
        found = super().get_completions(args, incomplete)
        flag, equals, _ = incomplete.partition("=")
        if equals and flag.startswith("--"):
            return [CompletionItem(f"{flag}={each.value}", each.type, each.help) for each in found]
        return found

    def format_completion(self, item: CompletionItem) -> str:
        """One of them as a line: what kind it is, what it is, what it is about."""
        kind = "part" if item.type == "plain" and str(item.value).endswith(":") else item.type
        return "\t".join([kind, str(item.value), *([item.help] if item.help else [])])


class Bash(Shell):
    """bash 4.4 and newer."""

    name, source_template = "bash", BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Also what bash takes for whole words already, and does not want to see again."""
        import os

        args, incomplete = super().get_completion_args()
        breaks = [
            at for at, each in enumerate(incomplete) if each in ":=" and each in os.environ.get("COMP_BREAKS", "")
        ]
        self.standing = incomplete[: breaks[-1] + 1] if breaks else ""
        return args, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Without what stands there already, and so that a name with blanks is one word."""
        import shlex

        value = str(item.value).removeprefix(self.standing)
        kind = "part" if value.endswith(":") else item.type
        return f"{kind}\t{value if item.type != 'plain' or value.endswith(':') else shlex.quote(value)}"


class Zsh(Shell):
    """zsh, once compinit has run."""

    name, source_template = "zsh", ZSH


class Fish(Shell):
    """fish 3 and newer."""

    name, source_template = "fish", FISH


SHELLS: dict[str, type[Shell]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def script(shell: str) -> str:
    """The script of a shell, to be read by it when it starts."""
    return SHELLS[shell](click.Command("dopy"), {}, "dopy", VARIABLE).source().strip() + "\n"


def answer(root: Any, session: Any, asked: str) -> int:
    """Answer the script of a shell, on standard output.

    Args:
        root: the root of all commands.
        session: whose account is asked.
        asked: what the script wants: ``bash_complete``.
    """
    kind = SHELLS.get(asked.removesuffix("_complete"))
    if kind is None:
        return 1
    text = kind(root, {"obj": session}, "dopy", VARIABLE).complete()
    if text:
        click.echo(text)
    return 0
