"""`ceasefire version`."""

from __future__ import annotations

import platform

import click

from tui.commands import options
from tui.commands.console import put, put_json


@click.command()
@options.as_json
def version(as_json: bool) -> None:
    """The version of this program, and of the Python that runs it."""
    from importlib.metadata import version as version_of  # noqa: PLC0415

    versions = {"ceasefire-monitor": version_of("ceasefire-monitor"), "python": platform.python_version()}
    if as_json:
        put_json(versions)
    else:
        put(f"ceasefire-monitor {versions['ceasefire-monitor']}, Python {versions['python']}")
