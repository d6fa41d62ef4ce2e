"""`tidemill completion`: the script that teaches a shell to complete our commands."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash: eval "$(tidemill completion bash)" in ~/.bashrc
    zsh:  eval "$(tidemill completion zsh)" in ~/.zshrc, after compinit
    fish: tidemill completion fish > ~/.config/fish/completions/tidemill.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click knows all three"  # noqa: S101 - a fact of the library, not input
    script = kind(context.find_root().command, {}, "tidemill", "_TIDEMILL_COMPLETE")
    click.echo(script.source_template % script.source_vars())
