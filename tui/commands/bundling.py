"""`ceasefire bundle` and `ceasefire sign-head`: proof for others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from domain.place import Place
from tui.commands import options
from tui.commands.console import counted, put, put_json, say

_FILE = options.FilePath(dir_okay=False)


@click.command()
@click.argument("out", metavar="OUT", type=_FILE)
@click.option("--sign-key", metavar="KEY", type=_FILE, help="Sign the bundle's head and dates with this SSH key.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@options.together(options.with_restricted, options.as_of, options.known_at, options.log, options.as_json)
def bundle(
    *,
    out: Path,
    sign_key: Path | None,
    force: bool,
    with_restricted: bool,
    as_of: str | None,
    known_at: str | None,
    log: Place,
    as_json: bool,
) -> None:
    """Write the log to the file OUT, to be checked on another machine: `ceasefire verify OUT`, with nothing else.

    It holds every record with its place in the chain, its sources and the log's head, as lines of JSON that a program
    of the recipient's own can check too (domain/log/BUNDLE.md). With --known-at it ends at what was known by then, and
    --as-of says which day it is to be read at. Of restricted records, and of those that tell of them, nothing is
    handed on but the hash that keeps the chain whole.

    \b
    ceasefire bundle gaza.bundle --known-at 2026-02-04 --as-of 2026-02-02
    ceasefire bundle gaza.bundle --sign-key ~/.ssh/id_ed25519
    """
    from tui.commands.files_out import written  # noqa: PLC0415
    from tui.commands.opening import name_unreadable, whole  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    vantage = _vantage(log, as_of, known_at)
    with written(out, log=log, force=force) as file, whole(log) as monitor, bar() as progress:
        report = monitor.bundle(
            file.write,
            position=vantage[2],
            as_of=vantage[0],
            known_at=vantage[1],
            restricted=with_restricted,
            sign=_signing(sign_key),
            progress=progress,
        )
    if as_json:
        put_json(
            {
                "file": str(out),
                "log_id": report.head.log_id,
                "position": report.head.position,
                "hash": report.head.hash.hex(),
                "as_of": vantage[0],
                "known_at": vantage[1],
                "records": report.shown,
                "erased": report.erased,
                "restricted": report.restricted,
                "unreadable": [{"position": at, "why": why} for at, why in report.unreadable.items()],
                "signed": sign_key is not None,
            }
        )
        return
    head = report.head
    put(f"bundled: {counted(report.shown, 'record')} to #{head.position}, hash {head.hash.hex()}, in {out}")
    if report.erased:
        say(f"{counted(report.erased, 'erased record')} as the digest that the chain keeps")
    if report.restricted:
        say(
            f"{counted(report.restricted, 'restricted record')} as nothing but a hash; --with-restricted holds them too"
        )
    name_unreadable(report.unreadable)
    if sign_key is None:
        say("unsigned: give the hash to the recipient another way, or sign it with --sign-key")


def _vantage(log: Place, as_of: str | None, known_at: str | None) -> tuple[str | None, str | None, int | None]:
    """As-of and known-at as instants, and the position; None for what was not asked for."""
    if as_of is None and known_at is None:
        return None, None, None
    from domain.calendar import iso  # noqa: PLC0415
    from domain.clock import system_clock  # noqa: PLC0415
    from tui.commands.opening import modelled  # noqa: PLC0415 - loads eventsourcing and the read model

    with modelled(log, named=False) as (_, model):
        found = model.vantage(as_of, known_at, now=system_clock())
    return (
        None if as_of is None else iso(found.as_of),
        None if known_at is None else iso(found.known_at),
        found.position,
    )


def _signing(key: Path | None) -> Callable[[bytes], str] | None:
    if key is None:
        return None
    from domain.log.signing import BUNDLE, sign  # noqa: PLC0415

    return lambda line: sign(line, BUNDLE, key)


@click.command("sign-head")
@click.argument("out", metavar="OUT", type=_FILE)
@click.option("--key", "sign_key", metavar="KEY", type=_FILE, required=True, help="Your SSH key.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@options.together(options.log, options.as_json)
def sign_head(*, out: Path, sign_key: Path, force: bool, log: Place, as_json: bool) -> None:
    """Verify the log, sign its head with your SSH key, and write both to the file OUT: one line and its signature.

    Give OUT away, or keep it elsewhere: `ceasefire verify --signed-head OUT --signers FILE` then shows that a log, or
    a bundle, still holds what it held now. OpenSSH signs (ssh-keygen, 8.2 or newer), so keys in an agent or on a
    security key work too: name the public half.

    \b
    ceasefire sign-head gaza-2026-11-23.signed --key ~/.ssh/id_ed25519
    """
    from domain.log.head import OutsideHead  # noqa: PLC0415
    from domain.log.signing import sign_head as signed  # noqa: PLC0415
    from domain.log.signing import signed_head  # noqa: PLC0415
    from tui.commands.files_out import written  # noqa: PLC0415
    from tui.commands.opening import whole  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    with written(out, log=log, force=force) as file, whole(log) as monitor, bar() as progress:
        found = monitor.verify(progress)
        head = OutsideHead(monitor.info.log_id, found.position, found.hash)
        file.write(signed_head(head, signed(head, sign_key)))
    if as_json:
        put_json({"file": str(out), "log_id": head.log_id, "position": head.position, "hash": head.hash.hex()})
    else:
        put(f"signed: head #{head.position}, hash {head.hash.hex()}, in {out}")
