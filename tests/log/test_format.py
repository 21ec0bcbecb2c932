"""The format never breaks a stored log: FORMAT.md says what is made, and a log that was stored once still opens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import domain.log
from domain.log.format import FORMAT
from domain.log.postgres import schema
from domain.log.sqlite.format import CREATE
from domain.monitor import Monitor

GOLDEN = Path(__file__).parent / "golden"


def test_format_md_gives_the_sql_that_logs_are_made_with() -> None:
    text = (Path(domain.log.__file__).parent / "FORMAT.md").read_text()
    in_a_file, on_a_server, doors = re.findall(r"```sql\n(.*?)\n```", text, re.S)

    assert in_a_file == ";\n\n".join(CREATE) + ";"
    names = {"database": "NAME"} | {role: f"NAME_{role}" for role in ("owner", "writer", "reader")}
    assert on_a_server == ";\n\n".join((*schema.CREATE, *(right.format(**names) for right in schema.RIGHTS))) + ";"
    assert doors == ";\n\n".join(door.format(**names) for door in schema.DOORS) + ";"


def test_a_log_of_format_1_as_it_was_stored_opens_holds_and_takes_records(tmp_path: Path) -> None:
    """golden/format-1.db holds a record of every type, one of an old schema number, and an erased one."""
    path = tmp_path / "format-1.db"
    for file in GOLDEN.glob("format-1.db*"):
        shutil.copy(file, tmp_path)

    with Monitor(path, clock_is_right=True) as monitor:  # however long ago it was made
        assert monitor.info.format == FORMAT == 1
        held = monitor.verify()
        assert (held.records, held.erased, held.notes) == (36, 1, ())
        assert held.hash.hex() == (GOLDEN / "format-1.hash").read_text().strip()
        assert {record.type for record in monitor.records()} >= {"strike.casualties_claimed", "record.erased"}
        monitor.retract("ex:killed:32", reason="a test", claimant="desk", sources=[{"title": "a test"}])
        assert monitor.verify().records == 37
