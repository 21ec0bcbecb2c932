"""`ceasefire screenshot`: the picture of the README, made from the real dashboard."""

from __future__ import annotations

import re
from pathlib import Path

import click

from domain.clock import system_clock
from domain.leftovers import temporary_folder
from domain.place import Place
from tui.commands import options
from tui.commands.console import put, put_json, say

_SIZE = re.compile(r"(\d{2,3})x(\d{2,3})", re.ASCII)


def _size(_: click.Context, __: click.Parameter, value: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(value)
    if not found:
        raise click.BadParameter(f"{value!r} is not COLUMNSxROWS, like 120x40")
    return int(found[1]), int(found[2])


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--size", default="120x40", show_default=True, callback=_size, metavar="COLUMNSxROWS")
@click.option("--press", metavar="KEYS", default="", help="Keys to press first, apart by blanks: 'm b b d'.")
@click.option("--light", is_flag=True, help="On a light ground.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@options.together(options.with_restricted, options.as_of, options.known_at, options.log, options.as_json)
def screenshot(
    *,
    file: Path,
    size: tuple[int, int],
    press: str,
    light: bool,
    force: bool,
    with_restricted: bool,
    as_of: str | None,
    known_at: str | None,
    log: Place,
    as_json: bool,
) -> None:
    """Write an SVG picture of the dashboard to FILE; needs no terminal."""
    from tui import dashboard  # noqa: PLC0415 - Textual takes 200 ms
    from tui.commands.files_out import written  # noqa: PLC0415
    from tui.commands.opening import modelled  # noqa: PLC0415
    from tui.text_twin import words  # noqa: PLC0415

    with written(file, log=log, force=force) as out, temporary_folder("picture") as folder:
        with modelled(log) as (_, model):  # what cannot be read is said here, in words
            vantage = model.vantage(as_of, known_at, now=system_clock())
            withheld = 0 if with_restricted else model.feed_withheld(vantage)
        picture = folder / "picture.svg"
        dashboard.screenshot(
            log, picture, size, as_of, known_at, press=press.split(), light=light, told=with_restricted
        )
        out.write(picture.read_bytes())
    if as_json:
        put_json({"file": str(file), "columns": size[0], "rows": size[1]})
    else:
        put(str(file))
    if withheld:
        say(words.withheld(withheld))
