"""Import, export, schema, verify: files in and out, all or nothing."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import stat
from pathlib import Path

import msgspec
import pytest

import seeds
from domain.clock import system_clock
from domain.monitor import Monitor
from projections.readmodel import ReadModel
from tests.cli.conftest import CLAIM, Run, error_of
from tests.domain.test_schema import faults
from tui.commands.making import system_timezone


def _line(key: str, **changes: object) -> str:
    line = {
        "type": "statement.made",
        "stream": "statement-a",
        "occurred": "2026-01-01",
        "reported_at": "2026-01-02",
        "claimant": "a",
        "claimant_basis": "stated",
        "via": [],
        "sources": [{"title": "T"}],
        "handling": "public",
        "key": key,
        "data": {"text": "words", "about": [], "figures": []},
    }
    return json.dumps(line | changes) + "\n"


def test_an_import_makes_the_log(run: Run, log: Path) -> None:
    result = run("import", str(seeds.GAZA_2025), "--backfill")
    count = len(seeds.GAZA_2025.read_text(encoding="utf-8").splitlines())
    assert result.stdout == f"{count} records recorded, 0 on record already\n"
    assert result.stderr == f"made {log}, timezone Asia/Gaza\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("file", ["/dev/null", "-", "blank.jsonl"])
def test_an_empty_import_makes_an_empty_log_and_says_so(run: Run, log: Path, tmp_path: Path, file: str) -> None:
    (tmp_path / "blank.jsonl").write_text("\n")
    named = str(tmp_path / file) if file.endswith(".jsonl") else file
    result = run("import", named, "--timezone", "Africa/Cairo", stdin="")
    assert result.stdout == "0 records recorded, 0 on record already\n"
    assert result.stderr == f"made {log}, empty, timezone Africa/Cairo\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    told = json.loads(run("verify", "--json").stdout)
    assert (told["whole"], told["records"]) == (True, 0)
    assert run("append", *CLAIM[1:], "--figure", "3", "--key", "k").stdout == "strike-desk-7/1  #1  k\n"


def test_an_empty_dry_run_makes_no_log(run: Run, log: Path) -> None:
    assert "made" not in run("import", "/dev/null", "--dry-run").stderr
    assert not log.parent.exists()


def test_the_same_import_twice_is_one(run: Run, log: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(_line("k1") + _line("k2"))
    assert run("import", str(lines), "--timezone", "Africa/Cairo").stdout.startswith("2 records recorded")
    assert run("import", str(lines)).stdout == "0 records recorded, 2 on record already\n"
    assert log.exists()


def test_old_records_without_backfill_warn(run: Run) -> None:
    result = run("import", "-", stdin=_line("k"))
    assert "note: these are old reports in an empty log" in result.stderr


def test_refusals_are_told_by_file_and_line_and_leave_nothing_behind(run: Run, log: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(_line("k1") + "{nonsense\n" + _line("k3", claimant=None) + _line("k4", sources=[]))
    result = run("import", str(lines), ok=False)
    assert result.exit_code == 1
    assert f"refused: {lines}:2: not JSON" in result.stderr
    assert "nothing was written" in result.stderr
    assert "try: " in result.stderr
    assert result.stdout == ""
    assert not list(log.parent.glob("*")), "a log made in vain is taken away"


def test_refusals_by_the_rules_are_told_by_line_too(run: Run, log: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text(_line("k1") + _line("k3", claimant="") + _line("k4", sources=[]))
    told = json.loads(run("import", str(lines), "--json", ok=False).stdout)
    assert [(refused["line"], refused["what"]) for refused in told["refusals"]] == [
        (2, "no claimant"),
        (3, "no source"),
    ]
    assert all(one["file"] == str(lines) and one["remedy"] for one in told["refusals"])
    assert told["recorded"] == 0
    assert not log.exists()


def test_a_refused_import_leaves_an_older_log_as_it_was(run: Run, empty: Path) -> None:
    before = json.loads(run("verify", "--json").stdout)
    assert run("import", "-", stdin=_line("k1") + "{", ok=False).exit_code == 1
    assert json.loads(run("verify", "--json").stdout) == before
    assert empty.exists()


def test_stdin_is_named_stdin(run: Run) -> None:
    assert "refused: stdin:1: not JSON" in run("import", "-", stdin="{", ok=False).stderr


def test_a_dry_run_writes_nothing(run: Run, log: Path) -> None:
    result = run("import", "-", "--dry-run", "--json", stdin=_line("k"))
    assert json.loads(result.stdout)["recorded"] == 1
    assert json.loads(result.stdout)["dry_run"] is True
    assert not log.exists()
    assert "would be recorded" in run("import", "-", "--dry-run", stdin=_line("k")).stdout


def test_the_timezone_is_fixed_when_the_log_is_made(run: Run) -> None:
    run("import", "-", "--timezone", "Africa/Cairo", stdin=_line("k"))
    result = run("import", "-", "--timezone", "Asia/Gaza", stdin=_line("k"), ok=False)
    assert result.exit_code == 1
    assert "this log's timezone is Africa/Cairo" in result.stderr


def test_an_unknown_timezone_is_refused(run: Run, log: Path) -> None:
    result = run("import", "-", "--timezone", "Mars/Olympus", stdin=_line("k"), ok=False)
    assert "'Mars/Olympus' is not a timezone" in result.stderr
    assert not log.exists()


@pytest.mark.parametrize(("tz", "name"), [("Asia/Gaza", "Asia/Gaza"), (":Asia/Jerusalem", "Asia/Jerusalem")])
def test_the_systems_timezone(monkeypatch: pytest.MonkeyPatch, tz: str, name: str) -> None:
    monkeypatch.setenv("TZ", tz)
    assert system_timezone() == name


def test_backfill_after_a_live_record_is_refused(run: Run, empty: Path) -> None:
    run(*CLAIM, "--figure", "3")
    result = run("import", "-", "--backfill", stdin=_line("k"), ok=False)
    assert result.exit_code == 1
    assert "--backfill: this log has live records" in result.stderr
    assert empty.exists()


def test_a_file_that_is_not_there_is_wrong_usage(run: Run) -> None:
    assert run("import", "/nowhere/lines.jsonl", ok=False).exit_code == 2


def test_what_is_exported_imports_again_to_the_same_content(run: Run, empty: Path, tmp_path: Path) -> None:
    run(*CLAIM, "--figure", "3", "--handling", "restricted", "--key", "claim")
    run("correct", "claim", "--set", "figure=5", "--kind", "transcription", "--reason", "misread")
    run("retract", "@3", "--reason", "it was right")
    run("import", "-", stdin=_line("k1"))
    run("erase", "k1", "--reason", "names a patient", "--authority", "officer", "--yes")
    first = run("export", "--with-restricted")
    assert first.stderr == "6 records exported\n"
    other = tmp_path / "other" / "copy.db"
    run("import", "-", "--log", str(other), stdin=first.stdout)
    assert _content(run("export", "--with-restricted", "--log", str(other)).stdout) == _content(first.stdout)
    assert empty.exists()


def _content(exported: str) -> list[dict[str, object]]:
    """What lines say, without the stamp that an erased one carries."""
    return [
        {name: said for name, said in json.loads(line).items() if name != "known_at"} for line in exported.splitlines()
    ]


def test_restricted_records_stay_in(run: Run, empty: Path) -> None:
    run(*CLAIM, "--figure", "3", "--handling", "restricted")
    public = run("export")
    assert len(public.stdout.splitlines()) == 1
    assert "1 restricted record left out; --with-restricted holds them too" in public.stderr
    assert len(run("export", "--with-restricted").stdout.splitlines()) == 2
    assert empty.exists()


@pytest.mark.usefixtures("empty")
def test_export_into_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    told = json.loads(run("export", str(file), "--json").stdout)
    left_out = {"left_out_restricted": 0, "left_out_dependent": 0, "unreadable": []}
    assert told == {"file": str(file), "written": 1, **left_out}
    assert json.loads(file.read_text())["key"] == "source:gaza-moh"
    refused = run("export", str(file), ok=False)
    assert refused.exit_code == 1
    assert "refused: " in refused.stderr
    assert "--force" in refused.stderr
    run("export", str(file), "--force")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


@pytest.mark.parametrize("command", ["export", "screenshot"])
@pytest.mark.parametrize(
    "suffix",
    ["", "-wal", "-shm", "-journal", ".head", ".readmodel.db", ".readmodel.db-journal", ".readmodel.db.sums"],
)
def test_the_log_and_what_belongs_to_it_is_never_written_over(
    run: Run, empty: Path, tmp_path: Path, command: str, suffix: str
) -> None:
    run("status")
    kept = empty.with_name(empty.name + suffix)
    there = kept.exists()
    before = empty.read_bytes()
    links = [tmp_path / "symbolic", tmp_path / "folder" / kept.name]
    links[0].symlink_to(kept)
    links[1].parent.symlink_to(empty.parent)
    if there:
        links.append(tmp_path / "hard")
        links[-1].hardlink_to(kept)
    for file in (kept, *links):
        result = run(command, str(file), "--force", ok=False)
        assert result.exit_code == 1
        assert "this is the log, or belongs to it" in result.stderr
    assert (kept.exists(), empty.read_bytes()) == (there, before)


def test_what_belongs_to_a_log_behind_a_link_is_kept_too(run: Run, empty: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(empty)
    for file in (link, empty, Path(f"{link}-wal"), Path(f"{empty}.head")):
        result = run("export", str(file), "--force", "--log", str(link), ok=False)
        assert "this is the log, or belongs to it" in result.stderr


@pytest.mark.parametrize("command", ["export", "screenshot"])
def test_only_regular_files_are_replaced_and_only_when_asked(
    run: Run, empty: Path, tmp_path: Path, command: str
) -> None:
    assert empty.exists()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for file in (pipe, Path("/dev/null")):
        assert "this is no regular file" in run(command, str(file), "--force", ok=False).stderr
    assert pipe.is_fifo()
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    assert "try: name another file, or give --force" in run(command, str(file), ok=False).stderr
    assert file.read_text() == "mine"
    run(command, str(file), "--force")
    assert file.read_text() != "mine"


def test_a_name_with_a_line_end_is_told_on_one_line(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "new\nline.db"
    made = run("import", "/dev/null", "--log", str(log))
    assert made.stderr == f"made {tmp_path}/new␊line.db, empty, timezone Asia/Gaza\n"
    assert "other␊.db: there is no log" in run("status", "--log", str(tmp_path / "other\n.db"), ok=False).stderr


def test_stdin_is_taken_up_to_a_limit(run: Run, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.commands.importing.MOST_SPOOLED", 1000)
    result = run("import", "-", stdin=_line("k") * 10, ok=False)
    assert result.exit_code == 1
    assert "refused: stdin: more than 1,000 bytes" in result.stderr
    assert not log.parent.exists()


def test_when_there_may_be_more_refused_lines_it_says_so(run: Run) -> None:
    assert "100 lines refused, and there may be more" in run("import", "-", stdin="{\n" * 200, ok=False).stderr
    assert json.loads(run("import", "-", "--json", stdin="{\n" * 200, ok=False).stdout)["more"] is True
    assert json.loads(run("import", "-", "--json", stdin="{\n" * 2, ok=False).stdout)["more"] is False


def test_lines_that_were_not_yet_held_against_the_rules_are_counted(run: Run) -> None:
    """Those that cannot be read are told first: whoever mends them should expect more."""
    unsourced = json.dumps(json.loads(_line("k2")) | {"sources": []}) + "\n"
    unread = _line("k1") + unsourced + "{\n"

    said = run("import", "-", stdin=unread, ok=False).stderr
    assert said.endswith(
        "nothing was written: 1 line refused; 2 others can be read, and will be held against the rules once all can\n"
    )
    assert json.loads(run("import", "-", "--json", stdin=unread, ok=False).stdout)["unchecked"] == 2
    mended = run("import", "-", stdin=_line("k1") + unsourced, ok=False).stderr
    assert "refused: stdin:2: sources: no source" in mended
    assert mended.endswith("nothing was written: 1 line refused\n")


MISTAKEN = {
    "gzip": (gzip.compress(b"{}"), "packed with gzip", "gunzip -c FILE | ceasefire import -"),
    "xz": (lzma.compress(b"{}"), "packed with xz", "xz -dc FILE"),
    "bzip2": (bz2.compress(b"{}"), "packed with bzip2", "bunzip2 -c FILE"),
    "zip": (b"PK\x03\x04" + bytes(50), "packed with zip", "unpack it first"),
    "UTF-16": ("{}\n".encode("utf-16"), "text in UTF-16", "save it as UTF-8"),
    "an array": (b"[\n{}\n]\n", "a JSON array", "one object a line: jq -c '.[]' FILE"),
}


@pytest.mark.parametrize("name", MISTAKEN)
def test_a_file_that_is_no_file_of_lines_is_refused_once_and_by_name(run: Run, tmp_path: Path, name: str) -> None:
    content, what, remedy = MISTAKEN[name]
    file = tmp_path / "given"
    file.write_bytes(content)
    refused = json.loads(run("import", str(file), "--json", ok=False).stdout)["refusals"]
    assert [(one["line"], one["what"]) for one in refused] == [(1, f"not JSON lines, but {what}")]
    assert remedy in refused[0]["remedy"]


def test_a_log_is_taken_neither_for_lines_nor_for_a_bundle(run: Run, empty: Path, tmp_path: Path) -> None:
    said = run("import", str(empty), "--log", str(tmp_path / "new.db"), ok=False).stderr
    assert f"refused: {empty}:1: not JSON lines, but a database\ntry: if it is a log: `ceasefire export" in said
    said = run("verify", str(empty), ok=False).stderr
    assert said == f"refused: {empty}: a database, and no bundle\ntry: of a log: `ceasefire verify --log {empty}`\n"


def test_export_into_a_folder_that_is_not_there_is_told_in_words(run: Run, empty: Path, tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "none" / "out.jsonl"), ok=False)
    assert result.exit_code == 1
    assert result.stderr == (
        f"refused: {tmp_path / 'none'}: there is no such folder\ntry: make it, or mount the disk, first\n"
    )
    assert empty.exists()


def test_where_nothing_can_be_made_the_name_that_was_typed_is_told(run: Run, empty: Path) -> None:
    assert empty.exists()
    for words in (("export", "/proc/out.jsonl"), ("import", "/dev/null", "--log", "/proc/out.jsonl")):
        result = run(*words, ok=False)
        assert result.exit_code == 1
        assert result.stderr.startswith("error: /proc/out.jsonl: ")


def test_the_schema_of_all_of_one_and_of_the_situation(run: Run) -> None:
    whole = json.loads(run("schema").stdout)
    assert {line["title"] for line in whole["oneOf"]} >= {"strike.reported", "record.erased"}
    one = json.loads(run("schema", "strike.reported", "--indent").stdout)
    assert one["title"] == "strike.reported"
    situation = json.loads(run("schema", "situation").stdout)
    assert "Situation" in situation["$defs"]
    assert "strike.reported " in run("schema", "--types").stdout
    assert "record.erased" in json.loads(run("schema", "--types", "--json").stdout)


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("situation", "status"),
        ("discrepancies", "discrepancies"),
        ("discrepancy", "discrepancies --kind claimants_differ"),
        ("strike", "show strike-desk-2026-01-31"),
    ],
)
def test_what_is_printed_is_valid_by_its_schema(run: Run, name: str, command: str) -> None:
    schema = json.loads(run("schema", name).stdout)
    printed = [
        json.loads(line) for line in run(*command.split(), "--as-of", "2026-02-02", "--json").stdout.splitlines()
    ]
    assert printed
    assert [faults(schema, value, schema) for value in printed] == [[]] * len(printed)
    assert faults(schema, {"kind": 7}, schema)
    assert f"{name}` of" in " ".join(run("schema", "--help").stdout.split())


def test_a_window_of_days_is_valid_by_its_schema(run: Run, seeded: Path) -> None:
    schema = json.loads(run("schema", "history").stdout)
    with Monitor(seeded, read_only=True) as monitor, ReadModel.open(monitor) as model:
        found = model.history(model.vantage("2026-02-02", None, now=system_clock()), "2025-10-10")
    assert found.statuses
    assert faults(schema, json.loads(msgspec.json.encode(found)), schema) == []
    assert faults(schema, {"version": "one"}, schema)


def test_the_schema_of_a_type_that_is_none_is_refused(run: Run) -> None:
    result = run("schema", "strike.imagined", ok=False)
    assert result.exit_code == 1
    assert "refused: type: 'strike.imagined' is not a record type" in result.stderr


def test_verify_says_that_the_log_is_whole(run: Run, empty: Path) -> None:
    assert run("verify").stdout.startswith("whole: 1 record, head #1, hash ")
    told = json.loads(run("verify", "--json").stdout)
    assert told["whole"] is True
    assert len(told["hash"]) == 64
    assert empty.exists()


def test_verify_names_the_first_bad_position(run: Run, seeded: Path) -> None:
    data = bytearray(seeded.read_bytes())
    place = data.index(b'"claimant"', len(data) // 2)
    data[place + 2] ^= 1
    seeded.write_bytes(data)
    result = run("verify", "--json", ok=False)
    assert result.exit_code == 1
    told = error_of(result)
    assert told["kind"] == "log_damaged"
    assert told["position"] >= 1
    assert result.stdout == ""
    assert f"refused: #{told['position']}: " in run("verify", ok=False).stderr


@pytest.mark.parametrize(
    "command", ["status", "replay now", "events", "show @1", "export", "verify", "rebuild", "watch"]
)
def test_reading_needs_a_log_and_says_how_to_make_one(run: Run, log: Path, command: str) -> None:
    result = run(*command.split(), ok=False)
    assert result.exit_code == 1
    assert f"refused: {log}: there is no log here yet" in result.stderr
    assert f"try: `ceasefire import FILE --log {log}`, or `ceasefire demo`" in result.stderr
    assert not log.parent.exists()


def test_what_is_no_log_is_refused(run: Run, log: Path) -> None:
    log.parent.mkdir()
    log.write_text("not a log, but a text of some length" * 100)
    log.chmod(0o600)
    result = run("verify", ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("refused: ")
