"""A small Situation made by hand: every kind of thing that a screen shows, once. Its figures are made up."""

from __future__ import annotations

from typing import Any

import msgspec

from projections.situation import Situation

_EXACT = {"qualifier": "exact"}


def exact(number: int) -> dict[str, Any]:
    """A plain figure."""
    return {"low": number, "best": number, "high": number, **_EXACT}


def claim(claimant: str, figure: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One claimant's claim."""
    shared = {"record": "strike-a/2", "position": 2, "occurred": "2026-01-31", "reported_at": "2026-02-01", "via": []}
    return {"claimant": claimant, "figure": figure, **shared, **more}


UNKNOWN = {"status": "unknown"}
SAMPLE: dict[str, Any] = {
    "version": 2,
    "vantage": {
        "as_of": "2026-02-02T21:59:59.999999Z",
        "as_of_day": "2026-02-02",
        "known_at": "2026-02-03T10:00:00Z",
        "position": 207,
        "head": 214,
        "rule": "envelope",
        "live": False,
        "timezone": "Asia/Gaza",
        "log_id": "ab" * 16,
        "log_since": "2026-08-20T09:00:00Z",
        "backfilled_until": 200,
        "head_hash": "cd" * 32,
    },
    "ceasefire": {
        "status": "in_force",
        "stream": "ceasefire-gaza-2025",
        "title": "Gaza ceasefire",
        "parties": ["Hamas", "Israel"],
        "mediators": ["Egypt"],
        "day": 116,
        "day_one": "2025-10-10",
        "phase": {
            "phase": 2,
            "label": "governance and reconstruction",
            "change": "begun",
            "occurred": "2026-01-14",
            "claimant": "us-envoy",
            "record": "ceasefire-gaza-2025/9",
        },
        "starts": [
            {"occurred": "2025-10-10", "sense": "in_force", "claimant": "idf", "record": "ceasefire-gaza-2025/2"},
        ],
    },
    "commitments": [
        {
            "commitment": "release-of-hostages",
            "text": "Release of the hostages",
            "claimant": "agreement",
            "record": "ceasefire-gaza-2025/3",
            "phase": 1,
            "unit": "people",
            "target": exact(48),
            "scores": [
                {
                    "score": 3,
                    "done": exact(48),
                    "scorer": "desk",
                    "basis": ["ceasefire-gaza-2025/5"],
                    "occurred": "2026-01-26",
                    "record": "ceasefire-gaza-2025/8",
                }
            ],
            "steps": [
                {
                    "what": "hostages_released",
                    "occurred": "2025-10-13",
                    "claimant": "icrc",
                    "record": "ceasefire-gaza-2025/5",
                    "figure": exact(20),
                }
            ],
        }
    ],
    "allegations": [
        {
            "claimant": "gaza-gmo",
            "against": "Israel",
            "text": "خروقات",
            "figure": {**exact(282), "parts": {"shootings": exact(88)}},
            "occurred": {"start": "2025-10-10", "end": "2025-11-10", "precision": 4},
            "record": "ceasefire-gaza-2025/7",
        }
    ],
    "strikes": {
        "count": 12,
        "since": "2025-10-10",
        "populations": [
            {
                "of": "palestinians",
                "harms": [{"harm": "killed", "low": 210, "high": 248, "claims": 31, "counts": 20, "strikes": 12}],
            },
            {
                "of": "israelis",
                "harms": [{"harm": "killed", "low": 2, "high": 2, "claims": 1, "counts": 1, "strikes": 1}],
            },
        ],
        "per_day": [
            {"day": "2026-01-31", "strikes": 3, "no_hour": 2},
            {"day": "2026-02-01", "strikes": 0, "no_hour": 0},
            {"day": "2026-02-02", "strikes": 1, "no_hour": 1},
        ],
        "week": {"strikes": 4, "before": 5},
        "latest": [
            {
                "stream": "strike-a",
                "kind": "air_strike",
                "place": "Gaza City",
                "clarity": 2,
                "occurred": "2026-01-31",
                "claimant": "medics",
                "record": "strike-a/1",
                "ranges": [
                    {
                        "harm": "killed",
                        "of": "palestinians",
                        "status": "unstated",
                        "includes": "new",
                        "first_day": "2026-01-31",
                        "last_day": "2026-01-31",
                        "ruled": True,
                        "low": 26,
                        "high": 32,
                        "claims": 3,
                        "counts": 2,
                        "open_above": True,
                        "said": [
                            claim("gaza-civil-defence", {"low": 32, "qualifier": "at_least"}, via=["Reuters"]),
                            claim("gaza-moh", exact(26), corrected=True),
                            claim("unnamed-officials", exact(26), relays="gaza-moh"),
                            claim("news-agency", exact(12), early=True),
                        ],
                    }
                ],
                "responsibility": [
                    {
                        "stance": "claimed",
                        "party": "Israel",
                        "claimant": "israeli-military",
                        "record": "strike-a/9",
                        "target": "weapons sites",
                    }
                ],
                "grades": [{"grade": "fair", "grader": "desk", "record": "strike-a/8"}],
            }
        ],
        "total": 12,
    },
    "crossings": [
        {
            "stream": "crossing-rafah",
            "name": "Rafah",
            "place": "Rafah",
            "registered": True,
            "people": {
                "into": {
                    "status": "limited",
                    "since": "2026-02-02",
                    "by": "Israel",
                    "conditions": "joint screening",
                    "claims": [
                        {
                            "status": "limited",
                            "claimant": "egyptian-officials",
                            "occurred": "2026-02-02",
                            "record": "crossing-rafah/5",
                        }
                    ],
                },
                "out_of": {"status": "closed", "since": "2026-02-02"},
            },
            "goods": {"into": UNKNOWN, "out_of": UNKNOWN},
            "quotas": [
                {
                    "direction": "out_of",
                    "category": "people",
                    "figure": {"best": 150, "qualifier": "about"},
                    "per": "day",
                    "kind": "expected",
                    "claimant": "egyptian-officials",
                    "occurred": "2026-02-02",
                    "record": "crossing-rafah/6",
                }
            ],
            "passages": [
                {
                    "direction": "out_of",
                    "category": "people",
                    "first_day": "2026-02-02",
                    "last_day": "2026-02-02",
                    "days": 1,
                    "low": 8,
                    "high": 15,
                    "claims": 2,
                    "counts": 2,
                    "said": [
                        claim("gaza-gmo", exact(8)),
                        claim("hospital", {**exact(15), "parts": {"patients": exact(5), "companions": exact(10)}}),
                    ],
                }
            ],
            "refused": [
                {
                    "direction": "into",
                    "outcome": "held",
                    "first_day": "2026-02-02",
                    "last_day": "2026-02-02",
                    "low": 38,
                    "high": 38,
                    "claims": 1,
                    "counts": 1,
                    "said": [claim("palestinian-and-egyptian-sources", exact(38))],
                }
            ],
            "announced": [
                {
                    "status": "limited",
                    "starts": "2025-12-03",
                    "until": None,
                    "directions": ["out_of"],
                    "carries": ["people"],
                    "claimant": "cogat",
                    "occurred": "2025-12-03",
                    "record": "crossing-rafah/3",
                    "denied_by": ["egypt-sis"],
                }
            ],
            "newest_report": "2026-02-02",
            "silence_days": 0,
        }
    ],
    "series": [
        {
            "stream": "series-gaza-moh-killed-2025-10-11",
            "measure": "killed",
            "unit": "people",
            "claimant": "gaza-moh",
            "of": "palestinians",
            "stage": None,
            "scope": "Gaza Strip",
            "inclusion": "killed since the ceasefire",
            "figure": exact(526),
            "as_of": "2026-02-02",
            "reported_at": "2026-02-02",
            "origin": "2025-10-11",
            "offset": None,
            "record": "series-gaza-moh-killed-2025-10-11/9",
            "recorded_sum": {"low": 210, "high": 248, "claims": 31, "counts": 20},
            "residue": {
                "low": 278,
                "high": 316,
                "text": "526 less 210-248 in recorded strikes: 278-316 not tied to a strike on record",
            },
        }
    ],
    "statements": [
        {
            "stream": "statement-ncag",
            "text": "خطوة رمزية \u202e12 مسافرا",
            "about": ["crossing-rafah"],
            "figures": [exact(12)],
            "claimant": "ncag",
            "occurred": "2026-02-02",
            "reported_at": "2026-02-02",
            "record": "statement-ncag/1",
        }
    ],
    "sources": [
        {"slug": "gaza-moh", "name": "Gaza Ministry of Health", "kind": "medical", "answers_to": None, "ratings": []},
        {"slug": "unheard-of", "name": "Nobody here", "kind": "ngo", "answers_to": None, "ratings": []},
    ],
    "discrepancies": [
        {"kind": "claimants_differ", "text": "killed on 31 Jan: 26 and 32", "records": ["strike-a/2", "strike-a/4"]}
    ],
    "discrepancies_total": 3,
    "records": [
        {
            "position": 207,
            "record": "crossing-rafah/7",
            "stream": "crossing-rafah",
            "type": "crossing.passages_counted",
            "occurred": "2026-02-02",
            "reported_at": "2026-02-02",
            "known_at": "2026-02-02T21:59:59.999999Z",
            "claimant": "hospital",
            "via": ["Reuters"],
            "text": "15 people out of Gaza [closed] \u001b[31m",
            "standing": "corrected",
            "late": True,
            "handling": "restricted",
            "restricted": True,
        }
    ],
    "records_total": 190,
    "hidden": {"not_known": 7, "not_occurred": 17},
}


def situation(**changes: Any) -> Situation:
    """The sample, with some of it replaced."""
    return msgspec.convert(SAMPLE | changes, Situation)
