"""`byname completion`: the script with which a shell completes byname's commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_BYNAME_COMPLETE"
"""Set by the script when the shell asks; click looks for it by this name."""


@click.command(short_help="Complete commands, options and files with Tab.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets your shell complete byname's commands, options and files with Tab.

    \b
    Once, for every new shell:
      eval "$(byname completion bash)"      in ~/.bashrc (bash 4.4 or newer)
      eval "$(byname completion zsh)"       in ~/.zshrc, after compinit
      byname completion fish > ~/.config/fish/completions/byname.fish
    """
    made = get_completion_class(shell)
    assert made is not None
    root = ctx.find_root()
    # Not `.source()`: for bash it starts a bash to look at its version, and complains where there is none.
    script = made(root.command, {}, "byname", VARIABLE)
    click.echo(script.source_template % script.source_vars())
