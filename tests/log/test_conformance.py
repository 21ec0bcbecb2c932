"""What every back-end of the log does alike. Each story runs on each of them."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from eventsourcing.persistence import IntegrityError

from domain.calendar import micros
from domain.log import chain
from domain.log.recorder import LogRecorder
from domain.log.stored import ClosedMapper
from domain.log.writer import Head
from tests.domain.examples import NOW, STATEMENT, Clock, erasure, killed, statement, strike
from tests.log.backends import Backend, row, rows


class TestInsert:
    def test_positions_follow_one_another_from_1(self, log: LogRecorder) -> None:
        assert log.insert_events(rows(3)) == [1, 2, 3]
        assert log.insert_events(rows(2, after=3)) == [4, 5]
        assert log.max_notification_id() == 5

    def test_an_empty_log_has_no_position(self, log: LogRecorder) -> None:
        assert log.max_notification_id() == 0
        assert log.head() == Head(0, log.info.genesis, 0, 0)

    def test_nothing_to_insert_changes_nothing(self, log: LogRecorder) -> None:
        assert log.insert_events([]) == []
        assert log.max_notification_id() == 0

    def test_what_is_read_is_what_was_written(self, log: LogRecorder) -> None:
        log.insert_events([row("claim", draft=killed())])

        (read,) = log.select_notifications(1, 10)
        record = ClosedMapper().to_domain_event(read)
        assert record.id == "strike-desk-2026-01-31/1"
        assert record.report == ClosedMapper().to_domain_event(read).report
        assert (record.key, record.recorded_by, record.type) == ("claim", "tester", "strike.casualties_claimed")
        assert read.state == row("claim", draft=killed()).state

    def test_each_body_has_a_salt_of_its_own(self, log: LogRecorder) -> None:
        log.insert_events(rows(20))

        salts = {record.salt for record in log.select_notifications(1, 100)}
        assert len(salts) == 20
        assert all(salt is not None and len(salt) == chain.SALT_BYTES for salt in salts)


class TestConflicts:
    @pytest.mark.parametrize("version", [1, 3, 5, 0, -1])
    def test_a_version_that_does_not_follow(self, log: LogRecorder, version: int) -> None:
        log.insert_events(rows(3))

        with pytest.raises(IntegrityError):
            log.insert_events([row("other", version)])

        assert log.max_notification_id() == 3

    def test_a_version_that_leaves_a_hole(self, log: LogRecorder) -> None:
        with pytest.raises(IntegrityError):
            log.insert_events([row("2", 2)])

    def test_a_key_that_is_taken_even_in_another_stream(self, log: LogRecorder) -> None:
        log.insert_events([row("key", draft=strike())])

        with pytest.raises(IntegrityError):
            log.insert_events([row("key", draft=statement())])

    def test_of_several_records_all_are_written_or_none(self, log: LogRecorder) -> None:
        with pytest.raises(IntegrityError):
            log.insert_events([*rows(3), row("1", 4)])

        assert log.max_notification_id() == 0
        assert log.insert_events(rows(1)) == [1]

    def test_another_recorder_s_record_counts(self, backend: Backend, log: LogRecorder, clock: Clock) -> None:
        backend.recorder(clock).insert_events(rows(1))

        with pytest.raises(IntegrityError):
            log.insert_events([row("mine", 1)])


class TestSelect:
    @pytest.fixture
    def filled(self, log: LogRecorder) -> LogRecorder:
        for n in range(1, 6):
            log.insert_events([row(f"limited {n}", n), row(f"statement {n}", n, statement())])
        return log

    def test_a_stream_by_version(self, filled: LogRecorder) -> None:
        assert [record.originator_version for record in filled.select_events("crossing-rafah")] == [1, 2, 3, 4, 5]

    def test_between_two_versions(self, filled: LogRecorder) -> None:
        found = filled.select_events("crossing-rafah", gt=1, lte=3)

        assert [record.originator_version for record in found] == [2, 3]

    def test_the_newest_first(self, filled: LogRecorder) -> None:
        found = filled.select_events("crossing-rafah", desc=True, limit=2)

        assert [record.originator_version for record in found] == [5, 4]

    def test_a_stream_that_is_not_there(self, filled: LogRecorder) -> None:
        assert filled.select_events("crossing-nowhere") == []

    @pytest.mark.parametrize(
        ("start", "limit", "stop", "inclusive", "positions"),
        [
            (1, 3, None, True, [1, 2, 3]),
            (1, 3, None, False, [2, 3, 4]),
            (None, 2, None, True, [1, 2]),
            (4, 100, 6, True, [4, 5, 6]),
            (9, 100, None, True, [9, 10]),
            (10, 100, None, False, []),
            (11, 100, None, True, []),
        ],
    )
    def test_records_by_position(
        self,
        filled: LogRecorder,
        start: int | None,
        limit: int,
        stop: int | None,
        inclusive: bool,
        positions: list[int],
    ) -> None:
        found = filled.select_notifications(start, limit, stop, inclusive_of_start=inclusive)

        assert [record.id for record in found] == positions

    def test_records_of_some_types(self, filled: LogRecorder) -> None:
        found = filled.select_notifications(1, 3, topics=["statement.made", "strike.reported"])

        assert [record.id for record in found] == [2, 4, 6]


class TestKnownAt:
    def test_live_it_is_the_moment_of_recording(self, log: LogRecorder) -> None:
        log.insert_events(rows(1))

        assert log.head().known_at == log.head().recorded_at == micros(NOW)

    def test_it_never_decreases_when_the_clock_is_set_back(self, log: LogRecorder, clock: Clock) -> None:
        log.insert_events(rows(1))
        clock.now = NOW - timedelta(days=400)
        log.insert_events(rows(1, after=1))

        assert log.head().known_at == micros(NOW)
        assert log.head().recorded_at == micros(NOW - timedelta(days=400))

    def test_history_is_known_from_when_it_was_said(self, log: LogRecorder) -> None:
        said = micros(NOW) - 5
        with log.writing() as writer:
            writer.put(row("1"), said_at=said)

        assert log.head().known_at == said
        assert log.head().is_backfilled

    def test_but_not_before_what_is_known_already_nor_after_it_was_recorded(self, log: LogRecorder) -> None:
        with log.writing() as writer:
            known = [
                writer.put(row(str(n), n), said_at=micros(NOW) + ahead).known_at - micros(NOW)
                for n, ahead in enumerate([-50, -90, -10, +70], start=1)
            ]

        assert known == [-50, -50, -10, -1]  # history is known before the microsecond it was recorded in


class TestTheChain:
    def test_each_hash_is_of_the_one_before_and_of_all_that_was_stamped(self, log: LogRecorder) -> None:
        """Worked out here by the definitions of FORMAT.md, without the program's own functions."""
        from hashlib import sha256  # noqa: PLC0415

        def fields(*values: object) -> bytes:
            texts = [str(value).encode() for value in values]
            return b"".join(len(text).to_bytes(4, "big") + text for text in texts)

        log.insert_events([*rows(3), row("ش", draft=statement())])

        info = log.info
        expected = sha256(b"\x02" + fields(info.log_id, info.format, info.timezone, info.made_at)).digest()
        for record in log.select_notifications(1, 10):
            stamps = fields(
                record.id,
                record.originator_id,
                record.originator_version,
                record.topic,
                record.schema,
                record.key,
                record.recorded_at,
                record.known_at,
                record.recorded_by,
            )
            assert record.salt is not None
            leaf = sha256(b"\x00" + stamps + sha256(record.salt + record.state).digest()).digest()
            expected = sha256(b"\x01" + expected + leaf).digest()
            assert record.hash == expected
        assert log.head().hash == expected

    def test_every_record_is_held_against_it_when_it_is_read(self, log: LogRecorder) -> None:
        log.insert_events(rows(5))

        assert [record.id for record in log.checked()] == [1, 2, 3, 4, 5]
        assert [record.id for record in log.checked(after=2, upto=4)] == [3, 4]

    def test_it_holds_over_batches(self, log: LogRecorder) -> None:
        log.insert_events(rows(2500))

        assert [record.id for record in log.checked()] == list(range(1, 2501))

    def test_it_holds_when_a_body_was_erased(self, log: LogRecorder) -> None:
        log.insert_events([row("said", draft=statement()), *rows(1)])
        erased = erasure(f"{STATEMENT}/1", STATEMENT)

        log.insert_events([row("erased", 2, erased)])

        records = list(log.checked())
        assert [record.salt is None for record in records] == [True, False, False]
        assert records[0].state == b""
        assert records[0].digest is not None

    def test_a_transaction_that_ends_in_an_error_leaves_nothing(self, log: LogRecorder) -> None:
        def fail_half_way() -> None:
            with log.writing() as writer:
                writer.put(row("1"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_half_way()

        assert log.max_notification_id() == 0
        assert log.insert_events(rows(1)) == [1]


class TestSubscribe:
    """A follower sees each record once, in order."""

    @staticmethod
    def follow(log: LogRecorder, gt: int | None, count: int, topics: tuple[str, ...] = ()) -> list[int]:
        found = []
        with log.subscribe(gt=gt, topics=topics) as subscription:
            for record in subscription:
                found.append(record.id)
                if len(found) == count:
                    break
        return found

    def test_what_is_on_record_comes_first(self, log: LogRecorder) -> None:
        log.insert_events(rows(5))

        assert self.follow(log, None, 5) == [1, 2, 3, 4, 5]

    def test_from_after_a_position(self, log: LogRecorder) -> None:
        log.insert_events(rows(5))

        assert self.follow(log, 3, 2) == [4, 5]

    def test_of_some_types(self, log: LogRecorder) -> None:
        log.insert_events([row("a"), row("b", draft=statement()), row("c", 2)])

        assert self.follow(log, None, 1, ("statement.made",)) == [2]

    def test_then_what_is_added(self, backend: Backend, log: LogRecorder, clock: Clock) -> None:
        log.insert_events(rows(2))
        other = backend.recorder(clock)
        with log.subscribe(gt=0) as subscription:
            seen = [next(subscription).id, next(subscription).id]
            other.insert_events(rows(2, after=2))
            seen += [next(subscription).id, next(subscription).id]
            log.insert_events(rows(1, after=4))
            seen.append(next(subscription).id)

        assert seen == [1, 2, 3, 4, 5]

    def test_more_than_one_batch_behind(self, log: LogRecorder) -> None:
        log.insert_events(rows(1300))

        assert self.follow(log, 0, 1300) == list(range(1, 1301))

    def test_several_followers_see_the_same(self, log: LogRecorder) -> None:
        log.insert_events(rows(3))
        with log.subscribe(gt=0) as one, log.subscribe(gt=1) as other:
            assert [next(one).id for _ in range(3)] == [1, 2, 3]
            assert [next(other).id for _ in range(2)] == [2, 3]

    def test_stop_ends_one_that_waits(self, log: LogRecorder) -> None:
        seen: list[int] = []
        with log.subscribe(gt=0) as subscription:
            waiting = Thread(target=lambda: seen.extend(record.id for record in subscription))
            waiting.start()
            subscription.stop()
            waiting.join(timeout=60)

            assert not waiting.is_alive()
        assert seen == []
