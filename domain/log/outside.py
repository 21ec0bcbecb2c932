"""The log held against the head kept outside it: was it cut short, rolled back, replaced?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import MEND, LogDamaged
from domain.log.head import read_head

if TYPE_CHECKING:
    from domain.log.recorder import LogRecorder


def check_outside(log: LogRecorder, file: Path) -> tuple[str, ...]:
    """Words on a head file that is missing or torn. Raises LogDamaged, at the first position that does not hold."""
    outside = read_head(file)
    position = log.head().position
    if isinstance(outside, str):
        return (outside,) if position else ()
    if outside.log_id != log.info.log_id:
        raise LogDamaged(
            f"the head file is of another log ({outside.log_id})", position=0, remedy="put log and head file together"
        )
    with log.reading() as lookup:
        there = lookup.hash_at(outside.position)
    if position < outside.position:
        check_chain(log)
        raise LogDamaged(
            f"the log ends at #{position}, and its head file knows #{outside.position}",
            position=position + 1,
            remedy=f"the log was cut short or rolled back: {MEND}",
        )
    if outside.position and there != outside.hash:
        check_chain(log)
        raise LogDamaged(
            "the record is not the one that the head file knows",
            position=outside.position,
            remedy=f"the log was rolled back and written on: {MEND}",
        )
    return ()


def check_chain(log: LogRecorder) -> None:
    """Where the head does not fit, a record that was changed breaks the chain: that one is named first."""
    for _ in log.checked():
        pass
