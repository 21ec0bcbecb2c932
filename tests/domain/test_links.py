"""Links between strikes lead nowhere in a circle, however the circle would be closed."""

from __future__ import annotations

from itertools import pairwise
from threading import Barrier, Thread

import pytest

from domain.errors import Refused
from domain.lines import Draft
from domain.monitor import Monitor
from tests.domain.desk import Desk
from tests.domain.examples import RAFAH, correction, link, retraction

A, B, C = "strike-desk-a", "strike-desk-b", "strike-desk-c"


def circle(first: str, stream: str) -> str:
    return f"data.other: {first} already leads back to {stream} (retract the link that is wrong, then record this one)"


@pytest.mark.parametrize("relation", ["part_of", "duplicate_of", "response_to"])
class TestEachRelation:
    def test_a_strike_is_not_linked_to_itself(self, desk: Desk, relation: str) -> None:
        assert desk.refusal(link(A, A, "aa", relation)) == circle(A, A)

    def test_two_are_not_linked_both_ways(self, desk: Desk, relation: str) -> None:
        desk.given(link(A, B, "ab", relation))

        assert desk.refusal(link(B, A, "ba", relation)) == circle(A, B)

    def test_nor_through_a_third(self, desk: Desk, relation: str) -> None:
        desk.given(link(A, B, "ab", relation), link(B, C, "bc", relation))

        assert desk.refusal(link(C, A, "ca", relation)) == circle(A, C)

    def test_but_once_a_link_is_retracted_the_way_back_is_free(self, desk: Desk, relation: str) -> None:
        desk.given(link(A, B, "ab", relation), retraction({"key": "ab"}, A), link(B, A, "ba", relation))

        assert desk.record_keys() == ["ab", "retraction", "ba"]

    def test_and_a_diamond_is_no_circle(self, desk: Desk, relation: str) -> None:
        desk.given(*(link(one, other, one + other, relation) for one, other in [(A, B), (A, C), (B, C)]))


def test_part_and_duplicate_close_a_circle_together(desk: Desk) -> None:
    desk.given(link(A, B, "ab", "part_of"))

    assert desk.refusal(link(B, A, "ba", "duplicate_of")) == circle(A, B)


def test_a_response_to_something_that_responds_is_apart_from_being_part_of_it(desk: Desk) -> None:
    desk.given(link(A, B, "ab", "part_of"), link(B, A, "ba", "response_to"))


def test_a_circle_within_one_command_is_refused_and_none_of_it_is_written(desk: Desk) -> None:
    refusal = desk.refusal(link(A, B, "ab"), link(B, A, "ba"))

    assert refusal == f"record 2 of 2: {circle(A, B)}"


def test_a_circle_within_one_file_is_refused_by_line(desk: Desk) -> None:
    assert desk.refused_lines(link(A, B, "ab"), link(B, A, "ba")) == [(2, circle(A, B))]


def test_a_strike_is_part_of_strikes_only(desk: Desk) -> None:
    assert desk.refusal(link(A, RAFAH, "link")) == (
        "data.other: 'crossing-rafah' is not a strike (name a stream strike-…)"
    )


def test_a_circle_through_a_hundred_strikes(desk: Desk) -> None:
    chain = [f"strike-desk-{n}" for n in range(100)]
    desk.imports(*(link(one, other, one) for one, other in pairwise(chain)))

    assert desk.refusal(link(chain[-1], chain[0], "last")) == circle(chain[0], chain[-1])


class TestCirclesClosedByARevision:
    def test_a_correction_of_where_a_link_leads(self, desk: Desk) -> None:
        desk.given(link(A, B, "ab"), link(B, C, "bc"))

        assert desk.refusal(correction({"key": "bc"}, {"other": A}, B)) == circle(A, B)

    def test_a_correction_of_its_relation(self, desk: Desk) -> None:
        desk.given(link(A, B, "ab", "part_of"), link(B, A, "ba", "response_to"))

        assert desk.refusal(correction({"key": "ba"}, {"relation": "part_of"}, B)) == circle(A, B)

    def test_a_link_back_from_where_a_corrected_link_leads(self, desk: Desk) -> None:
        desk.given(link(A, B, "ab"), correction({"key": "ab"}, {"other": C}, A))

        assert desk.refusal(link(C, A, "ca")) == circle(A, C)

    def test_and_from_where_it_led_no_circle_is_seen(self, desk: Desk) -> None:
        desk.given(link(A, B, "ab"), correction({"key": "ab"}, {"other": C}, A), link(B, A, "ba"))

    @pytest.mark.parametrize(
        "undone",
        [
            [link(A, B, "ab"), retraction({"key": "ab"}, A, key="undo")],
            [link(A, B, "ab"), correction({"key": "ab"}, {"other": C}, A, key="undo")],
        ],
        ids=["reinstated", "as it was before its correction"],
    )
    def test_a_link_that_is_brought_back(self, desk: Desk, undone: list[Draft]) -> None:
        desk.given(*undone, link(B, A, "ba"))

        assert desk.refusal(retraction({"key": "undo"}, A)) == circle(B, A)

    def test_a_link_that_is_brought_back_without_a_circle(self, desk: Desk) -> None:
        desk.given(link(A, B, "ab"), retraction({"key": "ab"}, A, key="undo"), link(B, C, "bc"))

        desk.given(retraction({"key": "undo"}, A))


class TestCircles:
    """However the records come: in one command, or from two writers at once."""

    def test_a_circle_closed_by_a_correction_of_the_same_command(self, desk: Desk) -> None:
        desk.given(link(A, C, "ac"))

        with pytest.raises(Refused, match="already leads back"):
            desk.monitor.append([correction({"key": "ac"}, {"other": B}, A, key="corrected"), link(B, A, "ba")])

    def test_a_link_withdrawn_in_the_same_command_leads_nowhere(self, desk: Desk) -> None:
        desk.monitor.append([link(A, B, "ab"), retraction({"key": "ab"}, A), link(B, A, "ba")])

        assert desk.record_keys() == ["ab", "retraction", "ba"]

    def test_two_writers_never_close_one_together(self, desk: Desk) -> None:
        for n in range(8):
            one, other = f"strike-race-{n}-a", f"strike-race-{n}-b"
            together = Barrier(2)
            refused: list[str] = []

            def write(stream: str, to: str, together: Barrier = together, refused: list[str] = refused) -> None:
                with Monitor(desk.place, clock=desk.clock) as monitor:
                    together.wait()
                    try:
                        monitor.append([link(stream, to, f"{stream} to {to}")])
                    except Refused:
                        refused.append(stream)

            threads = [Thread(target=write, args=pair) for pair in ((one, other), (other, one))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(refused) == 1
