"""`ceasefire verify`: is the log what was written; is a bundle what its chain says; who signed its head."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.errors import LOOK_FURTHER, MEND, LogDamaged, Refused
from tui.commands import options
from tui.commands.console import counted, note, put, put_json

if TYPE_CHECKING:
    from domain.log.bundle import BundleFindings
    from domain.log.head import OutsideHead
    from domain.log.signing import Signer
    from domain.monitor import Monitor
    from domain.place import Place

    Signatures = list[tuple[OutsideHead, Signer]]

_FILE = options.FilePath()


@click.command()
@click.argument("bundle", metavar="[BUNDLE]", required=False, type=_FILE)
@click.option("--signed-head", metavar="FILE", type=_FILE, help="Also hold it against a signed head.")
@click.option("--signers", metavar="FILE", type=_FILE, help="Whose keys you know: lines of NAME KEY.")
@options.together(options.log, options.as_json)
def verify(bundle: Path | None, signed_head: Path | None, signers: Path | None, log: Place, as_json: bool) -> None:
    """Check the chain of the log and the head kept beside it; names the first bad position.

    With BUNDLE, a file of `ceasefire bundle`, that file is checked instead, with nothing else: no log is needed. It
    shows that its records are those of one chain that ends with the hash that is printed; who says that this is the
    chain, only a signature does, or that hash from somewhere else.

    --signers is a list like OpenSSH's allowed_signers: a name and a public key on each line.

    Exit code 0: it is what was written. 1: it is not, and the first position that does not hold is named.
    """
    if bundle is not None:
        _verify_bundle(bundle, signed_head, signers, as_json=as_json)
        return
    if signers is not None and signed_head is None:
        raise click.UsageError("--signers needs --signed-head FILE: a log's own head file is not signed")
    from tui.commands.opening import name_unreadable, reading  # noqa: PLC0415
    from tui.commands.progress import bar  # noqa: PLC0415

    with _remedied(), reading(log) as monitor, bar() as progress:
        found = monitor.verify(progress)
        told = monitor.notes  # by `reading` already
        log_id = monitor.info.log_id
        damaged = _read_model_damaged(monitor)
        signatures = _signatures(signed_head, signers)
        for head, _ in signatures:
            _hold_log_against(monitor, head)
    if as_json:
        put_json(
            {
                "whole": True,
                "log_id": log_id,
                "records": found.records,
                "position": found.position,
                "hash": found.hash.hex(),
                "erased": found.erased,
                "unreadable": _passed_by(found.unreadable),
                "signed": _as_json(signatures),
                "notes": [*found.notes, *damaged],
            }
        )
        return
    kept = [f"{found.erased:,} erased"] * bool(found.erased)
    kept += [f"{len(found.unreadable):,} that cannot be read"] * bool(found.unreadable)
    beside = f" ({', '.join(kept)})" if kept else ""
    records = counted(found.records, "record")
    put(f"whole: {records}{beside}, head #{found.position}, hash {found.hash.hex()}, log {log_id}")
    _tell(signatures)
    name_unreadable(found.unreadable)
    for words in (*found.notes, *damaged):
        if words not in told:
            note(words)


def _read_model_damaged(monitor: Monitor) -> tuple[str, ...]:
    """What is told of the log's read model, where there is one and it is not as it was written."""
    from projections.folding.file import ReadModelFile, place_for  # noqa: PLC0415

    path = place_for(monitor.info)
    if path is None or not path.exists():
        return ()
    file = ReadModelFile(path)
    try:
        with file.reading():
            why = file.wrong(whole=True) if file.is_summed else None
    finally:
        file.close()
    why = file.remade or why
    return () if why is None else (f"the read model is damaged ({why}): the next look makes it anew from the log",)


@contextmanager
def _remedied() -> Iterator[None]:
    """Whoever verifies need not be told to verify."""
    try:
        yield
    except LogDamaged as damage:
        if damage.remedy == LOOK_FURTHER:
            damage.remedy = MEND
        raise


def _signatures(file: Path | None, signers: Path | None) -> Signatures:
    """The signed head in a file, and whose signature it is."""
    if file is None:
        return []
    from domain.log.signing import check_signature, read_signed_head  # noqa: PLC0415

    head, signature = read_signed_head(file)
    return [(head, check_signature(head, signature, signers))]


def _hold_log_against(monitor: Monitor, head: OutsideHead) -> None:
    if head.log_id != monitor.info.log_id:
        raise Refused(f"the signed head is of another log ({head.log_id})", where=str(monitor.info.place))
    position = monitor.head().position
    if position < head.position:
        raise LogDamaged(
            f"the log ends at #{position}, and a signed head knows #{head.position}",
            position=position + 1,
            remedy="the log was cut short or rolled back; restore the newest backup",
        )
    if monitor.hash_at(head.position) != head.hash:
        raise LogDamaged(
            "the record is not the one that the signed head knows",
            position=head.position,
            remedy="the log was rolled back and written on; restore the newest backup",
        )


def _tell(signatures: Signatures) -> None:
    for head, signer in signatures:
        put(f"head #{head.position} {signer.words()}")
        if signer.name is None:
            note("whose key that is, nobody says here: --signers FILE holds it against a list of yours")


def _verify_bundle(bundle: Path, signed_head: Path | None, signers: Path | None, *, as_json: bool) -> None:
    from domain.log.bundle import verify_bundle  # noqa: PLC0415 - loads eventsourcing
    from tui.commands.progress import bar  # noqa: PLC0415

    signatures = _signatures(signed_head, signers)
    try:
        with bar() as progress:
            found = verify_bundle(bundle, at=[head.position for head, _ in signatures], progress=progress)
    except LogDamaged as damage:
        damage.where = ": ".join(part for part in (str(bundle), damage.where) if part)
        raise
    for head, _ in signatures:
        _hold_bundle_against(bundle, found, head)
    signatures += _signatures_of(found, signers)
    if signers is not None and not signatures:
        raise Refused(
            "it holds, and it is unsigned: nobody on that list says so",
            where=str(bundle),
            remedy="ask for it with --sign-key, or for a signed head to give as --signed-head",
        )
    if as_json:
        put_json(_bundle_as_json(found, signatures))
    else:
        _tell_bundle(found, signatures)


def _signatures_of(found: BundleFindings, signers: Path | None) -> Signatures:
    """Whose signature of the bundle it is: of its head and its dates; in version 1 of its head alone."""
    from domain.log.signing import BUNDLE, check, check_signature  # noqa: PLC0415

    manifest = found.manifest
    if manifest.signature is None:
        return []
    if manifest.ceasefire_bundle > 1:
        signer = check(manifest.signed_line(), BUNDLE, manifest.signature, signers, of="this bundle's head and dates")
        return [(manifest.head, signer)]
    if manifest.as_of or manifest.known_at:
        found.notes.append("its dates are not signed, only its head: it is a bundle of version 1")
    return [(manifest.head, check_signature(manifest.head, manifest.signature, signers))]


def _hold_bundle_against(bundle: Path, found: BundleFindings, head: OutsideHead) -> None:
    if head.log_id != found.manifest.log_id:
        raise Refused(f"the signed head is of another log ({head.log_id})", where=str(bundle))
    if head.position not in found.hashes:
        raise Refused(
            f"the bundle ends at #{found.manifest.position}, before the signed head #{head.position}",
            where=str(bundle),
            remedy="ask for a head signed at that position or before it, or for a longer bundle",
        )
    if found.hashes[head.position] != head.hash:
        raise Refused(
            f"#{head.position} is not the record that the signed head knows",
            where=str(bundle),
            remedy="do not trust it",
        )


def _bundle_as_json(found: BundleFindings, signatures: Signatures) -> dict[str, Any]:
    manifest = found.manifest
    return {
        "holds": True,
        "log_id": manifest.log_id,
        "timezone": manifest.timezone,
        "position": manifest.position,
        "hash": manifest.hash,
        "as_of": manifest.as_of,
        "known_at": manifest.known_at,
        "records": found.shown,
        "erased": found.erased,
        "restricted": found.restricted,
        "unreadable": _passed_by(found.unreadable),
        "signed": _as_json(signatures),
        "notes": found.notes,
    }


def _passed_by(unreadable: dict[int, str]) -> list[dict[str, Any]]:
    return [{"position": position, "why": why} for position, why in unreadable.items()]


def _as_json(signatures: Signatures) -> list[dict[str, Any]]:
    return [{"by": signer.name, "key": signer.key, "position": head.position} for head, signer in signatures]


def _tell_bundle(found: BundleFindings, signatures: Signatures) -> None:
    from tui.commands.opening import name_unreadable  # noqa: PLC0415

    manifest = found.manifest
    kept = [f"{found.erased:,} erased"] * bool(found.erased)
    kept += [f"{found.restricted:,} withheld as restricted"] * bool(found.restricted)
    kept += [f"{len(found.unreadable):,} that cannot be read"] * bool(found.unreadable)
    beside = f" ({', '.join(kept)})" if kept else ""
    put(
        f"holds: {counted(found.shown, 'record')}{beside} in one chain to #{manifest.position}, "
        f"hash {manifest.hash}, log {manifest.log_id}"
    )
    if manifest.as_of or manifest.known_at:
        said = [f"as of {manifest.as_of}"] * bool(manifest.as_of)
        said += [f"known at {manifest.known_at}"] * bool(manifest.known_at)
        put(f"to be read {', '.join(said)}, timezone {manifest.timezone}")
    _tell(signatures)
    if not signatures:
        note("unsigned: compare the hash with one that you have from elsewhere, since whoever made this file chose it")
    name_unreadable(found.unreadable)
    for words in found.notes:
        note(words)
