"""How old what is known is, question by question: silence on one is not broken by a report on another."""

from __future__ import annotations

from projections.readmodel import ReadModel
from tests.projections.conftest import At
from tests.projections.records import CEASEFIRE, NOW, RAFAH, TOLL, Log, span
from tests.projections.test_gaza import replay


def test_goods_rest_on_one_old_claim_though_people_were_reported_on_today(gaza: ReadModel) -> None:
    found = replay(gaza, "2026-02-02")
    goods, people = (found.age(f"{RAFAH} status into {load}") for load in ("goods", "people"))
    assert goods is not None
    assert (goods.newest_report, goods.age_days) == ("2024-05-07", 636)
    assert people is not None
    assert people.age_days == 0


def test_each_question_has_its_own(log: Log, at: At) -> None:
    log.entered("2025-10-10")
    log.turned("suspended", "2026-01-20")
    log.status("opened", "2026-01-02")
    log.passed(12, "2026-01-05")
    log.quota(50, "2026-01-03")
    permitted = log.quota(60, "2026-01-04", claimant="cogat")
    log.defined()
    log.published(500, "2026-01-06")
    found = at("2026-01-30")
    direction = log.all[3].report.data.direction  # type: ignore[union-attr]
    days = {(age.question, age.record): age.age_days for age in found.ages}
    assert days[f"{CEASEFIRE} status", None] == 10
    assert days[f"{RAFAH} passages {direction} people", None] == 25
    assert days[f"{RAFAH} quota", permitted.id] == 26
    assert days[f"{TOLL} value", None] == 24
    assert found.age(f"{RAFAH} status into nobody") is None


def test_a_report_made_late_is_as_old_as_what_it_is_about(log: Log, at: At) -> None:
    log.status("closed", "2026-01-02", reported="2026-01-29")
    age = at("2026-01-30").age(f"{RAFAH} status into people")
    assert age is not None
    assert (age.newest_report, age.age_days) == ("2026-01-02", 28)


def test_a_total_is_as_old_as_its_end(log: Log, at: At) -> None:
    log.passed(12, span("2026-01-01", "2026-01-07"))
    [age] = at("2026-01-10").ages
    assert (age.newest_report, age.age_days) == ("2026-01-07", 3)


def test_the_vantage_tells_the_hash_of_the_newest_record(gaza: ReadModel) -> None:
    whole, before = (gaza.situation(gaza.vantage(None, known, now=NOW)).vantage for known in (None, "@100"))
    newest = list(gaza._log.records(whole.head - 1))[-1]
    assert whole.head_hash == before.head_hash == newest.hash.hex()


def test_a_record_is_listed_with_its_documents(gaza: ReadModel) -> None:
    [line] = gaza.feed(gaza.vantage(None, None, now=NOW), limit=1)
    report = gaza._log.record(line.record).report
    assert report is not None
    assert line.documents == report.sources != ()
