"""Whatever is done in whatever order: the log holds what was said, and every vantage equals a fold from zero.

Hypothesis drives the real application; beside it stands a list, which is all that a log is, and at each look the
brute-force oracle of `tests/projections`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.calendar import from_micros
from domain.catalogue import record_type
from domain.errors import KeyConflict, Refused
from domain.lines import Draft
from domain.monitor import Monitor
from domain.report import Recorded
from projections.index.keys import BY, REPORTS
from projections.readmodel import ReadModel
from tests.domain.desk import Desk
from tests.domain.examples import NOW, Clock, line
from tests.log.tampering import copy_log
from tests.projections.oracle import Oracle
from tests.projections.random_logs import CLAIMANTS, STREAMS, THEMES, VIAS, moment, occurrence, own_fields
from tests.projections.records import ZONE, Log
from tests.projections.test_oracle import compare
from tests.reliability.conftest import Did
from tests.reliability.disk import Disk
from tests.reliability.scale import FULL, scaled
from tests.reliability.test_killed import tables

seeds = st.integers(0, 2**32)
TOPICS = [topic for topic in THEMES["all"] if "." in topic]
SUMS = {"blocks", "deltas", "late_deltas", "meta", "metrics", "nodes"}
NUMBERED = {"versions": (2,), "claims": (0, 9), "ties": (0, 1), "beside": (0,)}
"""The columns that hold the number of a line; a claim that reports a strike says which, too."""
EDITS = ("record.corrected", "record.retracted", "record.erased")
EDIT: dict[str, Any] = {"claimant": "desk", "sources": [{"title": "A request"}]}


class AnyOrder(RuleBasedStateMachine):
    """One log at work. `said` is what it must hold: a body for each key, None once it is erased."""

    done: ClassVar[dict[str, int]] = {"runs": 0, "steps": 0, "looks": 0, "kills": 0, "refusals": 0}

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ceasefire-any-"))
        disk = Disk(self.folder)
        disk.keeps = False
        self.syncless = disk.watched()
        self.syncless.__enter__()
        self.desk = Desk(self.folder / "0", clock_is_right=True)
        self.said: dict[str, dict[str, Any] | None] = {}
        self.drafts: dict[str, Draft] = {}
        self.edits: dict[str, tuple[str, str]] = {}  # of each edit its type and its target, by keys
        self.model: ReadModel | None = None
        self.moves = 0
        self.done["runs"] += 1

    # what is done

    def new_key(self) -> str:
        return f"key {len(self.drafts) + 1}"

    def draft(self, seed: int) -> Draft:
        random = Random(seed)
        topic = random.choice(TOPICS)
        body = {
            "occurred": occurrence(random),
            "reported_at": moment(random),
            "claimant": random.choice(CLAIMANTS),
            "claimant_basis": "stated",
            "via": list(random.choice(VIAS)),
            "sources": [{"title": "A report"}],
            "handling": "public",
            "data": own_fields(random, topic),
        }
        return Draft(topic, random.choice(STREAMS[topic.split(".", maxsplit=1)[0]]), body, self.new_key())

    def holds(self, key: str, draft: Draft) -> None:
        self.drafts[key] = draft
        self.said[key] = draft.body

    def refusal(self, drafts: list[Draft]) -> Refused | None:
        """Why they would not be let in."""
        try:
            self.desk.monitor.append(drafts, dry_run=True)
        except Refused as refused:
            self.done["refusals"] += 1
            return refused
        return None

    def some(self, seed: int, count: int) -> list[Draft]:
        made = [self.draft(seed + n) for n in range(count)]
        return [replace(draft, key=f"key {len(self.drafts) + n}") for n, draft in enumerate(made, start=1)]

    @rule(seed=seeds, count=st.integers(1, 3))
    def append(self, seed: int, count: int) -> None:
        drafts = self.some(seed, count)
        if refused := self.refusal(drafts):
            assert refused.where.endswith(("data.until", "occurred"))  # what ends before it begins
            return
        assert all(outcome.fresh for outcome in self.desk.monitor.append(drafts))
        for draft in drafts:
            self.holds(str(draft.key), draft)

    @rule(seed=seeds, count=st.integers(1, 4), broken=st.booleans())
    def import_lines(self, seed: int, count: int, broken: bool) -> None:
        drafts = self.some(seed, count)
        lines: list[Any] = [line(draft) for draft in drafts]
        if broken:
            lines.insert(seed % (count + 1), b'{"type": "strike.reported"')
        report = self.desk.imports(*lines)
        if broken or report.refusals:
            assert report.refusals
            self.done["refusals"] += 1
            return
        assert report.recorded == count
        for draft in drafts:
            self.holds(str(draft.key), draft)

    @precondition(lambda self: self.drafts)
    @rule(seed=seeds)
    def append_again(self, seed: int) -> None:
        """The same under its key is nothing new; something else under it is refused."""
        key = Random(seed).choice(list(self.drafts))
        draft = self.drafts[key]
        (outcome,) = self.desk.monitor.append([draft])
        assert not outcome.fresh
        if self.said[key] is not None:
            with pytest.raises(KeyConflict):
                self.desk.monitor.append([Draft(draft.type, draft.stream, draft.body | {"via": ["Elsewhere"]}, key)])

    @precondition(lambda self: self.drafts)
    @rule(seed=seeds)
    def correct(self, seed: int) -> None:
        random = Random(seed)
        target = random.choice(list(self.drafts))
        draft = self.drafts[target]
        fields: dict[str, Any] = {
            "occurred": occurrence(random),
            "via": ["Another outlet"],
            "reported_at": moment(random),
        }
        if draft.type not in EDITS and draft.type != "strike.linked":
            fields |= own_fields(random, draft.type)
        names = random.sample(list(fields), random.randint(1, 2))
        self.edit("record.corrected", target, {name: fields[name] for name in names})

    @precondition(lambda self: self.drafts)
    @rule(seed=seeds)
    def retract(self, seed: int) -> None:
        self.edit("record.retracted", Random(seed).choice(list(self.drafts)[-6:]))

    def edit(self, topic: str, target: str, changes: dict[str, Any] | None = None) -> None:
        """A correction or retraction; it is refused for what is erased, and for what cannot be corrected."""
        held, key = self.drafts[target], self.new_key()
        said: dict[str, Any] = {"target": self.id_of(target)}
        said |= (
            {"by": "editor", "reason": "withdrawn"}
            if changes is None
            else {"changes": changes, "kind": "transcription", "reason": "misread"}
        )
        body = self.draft(len(self.drafts)).body | {"claimant": "desk", "data": said, "occurred": "2026-01-05"}
        draft = Draft(topic, held.stream, body, key)
        no = self.said[target] is None or held.type == "record.erased" or (changes is not None and held.type in EDITS)
        refused = self.refusal([draft])
        if no or changes is None:  # while a correction is held against the same rules as a record
            assert (refused is not None) == no
        if refused is not None:
            return
        self.desk.monitor.append([draft])
        self.holds(key, draft)
        self.edits[key] = (topic, target)

    @precondition(lambda self: self.drafts)
    @rule(seed=seeds)
    def erase(self, seed: int) -> None:
        target = Random(seed).choice(list(self.drafts)[-6:])
        topic, key = self.drafts[target].type, self.new_key()
        reasons = self.said[target] is None or topic in ("record.erased", "record.retracted")
        try:
            outcomes = self.desk.monitor.erase(target, reason="asked", authority="officer", key=key, **EDIT)
        except Refused:
            self.done["refusals"] += 1
            if not reasons:
                raise
            return
        for outcome in outcomes:
            body = msgspec.to_builtins(outcome.record.report)
            self.holds(outcome.record.key, Draft("record.erased", outcome.record.stream, body, outcome.record.key))
            gone = self.key_of(body["data"]["target"])
            assert gone == target or self.edits[gone] == ("record.corrected", target)
            self.said[gone] = None
        left = [key for key, edit in self.edits.items() if edit == ("record.corrected", target) and self.said[key]]
        assert self.said[target] is None
        assert left == []

    # what happens to it

    @rule(hours=st.sampled_from([1, 30, -5, -24 * 400, 24 * 3650]))
    def clock(self, hours: int) -> None:
        self.desk.clock.now = max(NOW, self.desk.clock.now + timedelta(hours=hours))

    @rule()
    def close_and_open(self) -> None:
        self.let_go()
        self.desk.monitor = self.desk.opened(self.desk.path)

    @rule()
    def kill(self) -> None:
        """The files as a killed process leaves them: the next one goes on with those."""
        self.done["kills"] += 1
        self.moves += 1
        path = copy_log(self.desk.path, self.folder / f"killed {self.moves}")
        self.let_go()
        self.desk.path = path
        self.desk.monitor = self.desk.opened(path)

    def let_go(self) -> None:
        if self.model is not None:
            self.model.close()
            self.model = None
        self.desk.monitor.close()

    # what is seen

    @invariant()
    def nothing_more_and_nothing_less(self) -> None:
        self.done["steps"] += 1
        assert self.desk.monitor.head().position == len(self.said)

    @rule(seed=seeds)
    def look(self, seed: int) -> None:
        """The Situation at some vantage, on both clocks, from a read model that was never rebuilt."""
        self.done["looks"] += 1
        random = Random(seed)
        if self.model is None:
            self.model = ReadModel.open(self.desk.monitor)
        else:
            self.model.catch_up()
        records = list(self.desk.monitor.records())
        position = random.choice((len(records), random.randint(0, len(records))))
        vantage = self.model.vantage(random.choice(("2026-01-20", moment(random))), f"@{position}", now=NOW)
        log = Log()
        log.all = records
        compare(self.model.situation(vantage), Oracle(records, ZONE, from_micros(vantage.as_of), position), log)

    @rule()
    def rebuild(self) -> None:
        if self.model is not None:
            self.model.rebuild()

    @rule()
    def export_and_import(self) -> None:
        lines = self.desk.exported(restricted=True)
        assert [json.loads(each)["key"] for each in lines] == list(self.said)
        with tempfile.TemporaryDirectory() as elsewhere:
            other = Desk(
                Path(elsewhere), clock=Clock(self.desk.clock.now + timedelta(days=4000))
            )  # nothing is in its future
            assert other.imports(*lines).refusals == []
            assert other.exported(restricted=True) == lines or any(body is None for body in self.said.values())
            assert content(other.monitor) == content(self.desk.monitor)
            other.monitor.close()

    def id_of(self, key: str) -> str:
        return self.desk.monitor.record(key).id

    def key_of(self, record_id: str) -> str:
        return self.desk.monitor.record(record_id).key

    def teardown(self) -> None:
        try:
            records = list(self.desk.monitor.records())
            assert [(record.key, body_of(record)) for record in records] == [
                (key, None if body is None else canonical(self.drafts[key].type, body))
                for key, body in self.said.items()
            ]
            self.desk.monitor.verify()
            with (
                ReadModel.open(self.desk.monitor, self.folder / "fresh.db") as fresh,
                ReadModel.open(self.desk.monitor) as kept,
            ):
                for position in range(0, len(records) + 1, 1 + len(records) // 8):
                    vantage = fresh.vantage("2026-01-20", f"@{position}", now=NOW)
                    assert kept.situation(vantage) == fresh.situation(vantage)
                if None in self.said.values():
                    assert after_erasure(tables(kept.path)) == after_erasure(tables(fresh.path))
                else:
                    assert tables(kept.path) == tables(fresh.path)
        finally:
            self.let_go()
            self.syncless.__exit__(None, None, None)
            shutil.rmtree(self.folder)


def after_erasure(held: dict[str, list[Any]]) -> dict[str, Any]:
    """Tables as they must be after an erasure. The sums before it stay as they were, and are put right beside. A line
    that a body brought may go, or come later in a new fold: so lines are called by their names. The line of a claimant
    who still speaks may stay without a row, and a line may know more lanes than it uses.
    """
    name = {number: text for number, text, _ in held["lines"]}
    speakers = {text.removeprefix(BY) for text in name.values() if text.startswith(BY)}
    found: dict[str, Any] = {table: rows for table, rows in held.items() if table not in SUMS}
    for table, columns in NUMBERED.items():
        found[table] = Counter(
            tuple(name.get(value, value) if nth in columns else value for nth, value in enumerate(row))
            for row in held[table]
        )
    found["lines"] = set(name.values()) - speakers
    found["claims"] = Counter((*row[:10], name[row[10]]) if row[0] == REPORTS else row for row in found["claims"])
    return found


def body_of(record: Recorded) -> Any:
    return None if record.report is None else msgspec.to_builtins(record.report)


def canonical(topic: str, body: dict[str, Any]) -> Any:
    return msgspec.to_builtins(record_type(topic).convert(body))


def content(monitor: Monitor) -> list[Any]:
    return [(record.id, record.key, record.type, body_of(record)) for record in monitor.records()]


def test_any_order(did: Did) -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=scaled(15, 2_000),
            stateful_step_count=50 if FULL else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert AnyOrder.done["looks"]
    did("any order", **AnyOrder.done)
