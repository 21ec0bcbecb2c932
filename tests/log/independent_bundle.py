"""A checker of bundles written from BUNDLE.md alone: it imports nothing of the program, and runs by itself."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

STAMPS = ("position", "stream", "version", "type", "schema", "key", "recorded_at", "known_at", "recorded_by")


def field(value: object) -> bytes:
    encoded = str(value).encode("utf-8")
    return len(encoded).to_bytes(4, "big") + encoded


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def leaf_of(line: dict[str, Any]) -> bytes:
    if line.get("withheld") == "restricted":
        return bytes.fromhex(line["leaf"])
    if line.get("withheld") == "erased":
        digest = bytes.fromhex(line["digest"])
    else:
        digest = sha256(bytes.fromhex(line["salt"]) + line["body"].encode("utf-8")).digest()
    return sha256(b"\x00" + b"".join(field(line[name]) for name in STAMPS) + digest).digest()


def signed_line(first: dict[str, Any]) -> bytes:
    """What the signature of a bundle is of."""
    if first["ceasefire_bundle"] == 1:
        raise ValueError("its signature is of its head line")
    head = f"{first['log_id']} {first['position']:020d} {first['hash']}"
    return f"ceasefire-bundle 2 {head} {first.get('as_of', '-')} {first.get('known_at', '-')}\n".encode()


def micros(instant: str) -> int:
    since = datetime.fromisoformat(instant) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


def check(path: str) -> tuple[int, str]:
    """Position and hash of a bundle that holds. Raises ValueError or KeyError for one that does not."""
    with Path(path).open(encoding="utf-8", newline="\n") as file:
        first = json.loads(file.readline(), object_pairs_hook=unique)
        if first["ceasefire_bundle"] not in (1, 2):
            raise ValueError("another version")
        until = micros(first["known_at"]) if first["ceasefire_bundle"] == 2 and "known_at" in first else None
        names = ("log_id", "format", "timezone", "made_at")
        last = sha256(b"\x02" + b"".join(field(first[name]) for name in names)).digest()
        position, known_at, withheld = 0, None, False
        versions: dict[str, int] = {}
        for text in file:
            line = json.loads(text, object_pairs_hook=unique)
            position += 1
            if line["position"] != position:
                raise ValueError(f"#{line['position']} in the place of #{position}")
            last = sha256(b"\x01" + last + leaf_of(line)).digest()
            if last.hex() != line["hash"]:
                raise ValueError(f"#{position} does not follow")
            withheld = withheld or line.get("withheld") == "restricted"
            if "known_at" in line:
                if known_at is not None and line["known_at"] < known_at:
                    raise ValueError(f"#{position} was known before")
                known_at = line["known_at"]
                if until is not None and known_at > until:
                    raise ValueError(f"#{position} was known after the bundle's date")
                before = versions.get(line["stream"], 0)
                if line["version"] <= before or (line["version"] > before + 1 and not withheld):
                    raise ValueError(f"#{position}: a version is missing")
                versions[line["stream"]] = line["version"]
        if position != first["position"] or last.hex() != first["hash"]:
            raise ValueError("it does not end where it says")
    return position, last.hex()


if __name__ == "__main__":
    print(*check(sys.argv[1]))
