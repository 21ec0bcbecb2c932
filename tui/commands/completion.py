"""`ceasefire completion SHELL`: what a shell needs to complete commands, options, types and claimants."""

from __future__ import annotations

import click

from tui.commands.console import put_page

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(*, shell: str) -> None:
    """Print the completion for a shell, to be evaluated by it.

    \b
    bash: eval "$(ceasefire completion bash)"        in ~/.bashrc
    zsh:  eval "$(ceasefire completion zsh)"         in ~/.zshrc
    fish: ceasefire completion fish | source         in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    root = click.get_current_context().find_root()
    made = get_completion_class(shell)
    assert made is not None
    # not `source()`: Click's asks bash for its version first, which needs a bash here and now
    script = made(root.command, {}, "ceasefire", "_CEASEFIRE_COMPLETE")
    put_page(script.source_template % script.source_vars())
