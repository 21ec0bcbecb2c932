"""`ceasefire`: the table of commands, and the last place where an error can become words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from tui.commands.failures import guarded
from tui.commands.lazy import Lazy, LazyGroup

GROUPS = {
    "Look": {
        "demo": Lazy("watch:demo", "A log with the Gaza record, then the dashboard."),
        "watch": Lazy("watch:watch", "The dashboard on a log, live or at a date."),
        "status": Lazy("situation:status", "The situation now, as text or JSON."),
        "replay": Lazy("situation:replay", "The situation at a date, on both clocks."),
        "diff": Lazy("difference:diff", "What changed between two vantages, and why."),
        "since": Lazy("difference:since", "Handover: what came since, and what it changed."),
        "events": Lazy("events:events", "The records of the log, newest first."),
        "discrepancies": Lazy("discrepancies:discrepancies", "What on record does not agree, by kind."),
        "show": Lazy("show:show", "One record with everything known about it."),
        "screenshot": Lazy("screenshot:screenshot", "The dashboard as an SVG picture."),
    },
    "Record": {
        "append": Lazy("append:append", "Put a report on record."),
        "correct": Lazy("revise:correct", "Mend an error in a record."),
        "retract": Lazy("revise:retract", "Withdraw a record, or reinstate one."),
        "erase": Lazy("erase:erase", "Destroy a record's body for good, keep the proof."),
    },
    "Exchange": {
        "import": Lazy("importing:import_", "Records from JSON lines, all or nothing."),
        "export": Lazy("exporting:export", "The records as JSON lines."),
        "bundle": Lazy("bundling:bundle", "The log as one file that anyone can check."),
        "sign-head": Lazy("bundling:sign_head", "The log's head, signed with your SSH key."),
        "schema": Lazy("schema:schema", "JSON Schema of the lines and of the situation."),
    },
    "Keep": {
        "init": Lazy("init:init", "An empty log: in a file, or on a PostgreSQL server."),
        "verify": Lazy("verifying:verify", "Prove that the log, or a bundle, was not altered."),
        "backup": Lazy("keeping:backup", "A verified copy of the log, taken while others append."),
        "restore": Lazy("keeping:restore", "A new log from a backup."),
        "recover": Lazy("recovering:recover", "What stands of a damaged log, as a new log."),
        "rebuild": Lazy("upkeep:rebuild", "Make the read model again from the log."),
    },
    "For a team": {
        "migrate": Lazy("migrating:migrate", "The log, as it is, to a PostgreSQL server, or back."),
    },
    "This program": {
        "completion": Lazy("completion:completion", "Completion for bash, zsh or fish."),
        "version": Lazy("version:version", "The version of this program."),
    },
}
COMMANDS = {name: command for commands in GROUPS.values() for name, command in commands.items()}


class Root(LazyGroup):
    """The group whose `main` never lets a traceback out."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; leave with the exit code (or return it, with `standalone_mode=False`)."""
        words = list(sys.argv[1:] if args is None else args)
        run = super().main

        def command() -> object:
            return run(words, prog_name or "ceasefire", complete_var, standalone_mode=False, **extra)

        code = guarded(command, as_json="--json" in words)
        if standalone_mode:
            sys.exit(code)
        return code


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        ctx.invoke(COMMANDS["version"].load())
        ctx.exit()


@click.group(
    cls=Root,
    groups=GROUPS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 refused, 2 wrong usage. Data on stdout, words on stderr.",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
def ceasefire() -> None:
    """An append-only log of attributed reports on a ceasefire, replayed on two clocks.

    Every command takes --log PLACE (or the variable CEASEFIRE_LOG): a file, or postgresql://…
    """
