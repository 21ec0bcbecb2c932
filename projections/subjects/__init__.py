"""What reports mean, a file for each kind of stream: which claims answer which question, and what they come to."""

from __future__ import annotations

from domain.calendar import Calendar
from projections.subjects.crossing import Crossings
from projections.subjects.registers import Ceasefires, Places, Sources, Statements
from projections.subjects.series import SeriesOfValues
from projections.subjects.strike import Strikes
from projections.subjects.subject import Subjects


def subjects(calendar: Calendar) -> Subjects:
    """The subject of each kind of stream."""
    return {
        "ceasefire": Ceasefires(calendar),
        "strike": Strikes(calendar),
        "crossing": Crossings(calendar),
        "series": SeriesOfValues(calendar),
        "statement": Statements(calendar),
        "place": Places(calendar),
        "source": Sources(calendar),
    }
