"""The hash chain: pure functions over what is stored. Definitions in FORMAT.md.

Salted digests stand in the leaves instead of bodies, so that a body can be erased and the chain still holds.
"""

from __future__ import annotations

from hashlib import sha256

SALT_BYTES = 16


def genesis(log_id: str, log_format: int, timezone: str, made_at: int) -> bytes:
    """The hash before the first record: of the log's `meta` row."""
    return sha256(b"\x02" + _prefixed(log_id, log_format, timezone, made_at)).digest()


def digest(salt: bytes, body: bytes) -> bytes:
    """What stands for a body in its leaf."""
    return sha256(salt + body).digest()


def leaf(
    position: int,
    stream: str,
    version: int,
    record_type: str,
    schema: int,
    key: str,
    recorded_at: int,
    known_at: int,
    recorded_by: str,
    body_digest: bytes,
) -> bytes:
    """The hash of one record's stamps and its body's digest. Times in microseconds since 1970 UTC."""
    n, v, s, r, k = str(position), str(version), str(schema), str(recorded_at), str(known_at)
    try:
        stamps = (
            f"{_OF[len(n)]}{n}{_OF[len(stream)]}{stream}{_OF[len(v)]}{v}{_OF[len(record_type)]}{record_type}"
            f"{_OF[len(s)]}{s}{_OF[len(key)]}{key}{_OF[len(r)]}{r}{_OF[len(k)]}{k}{_OF[len(recorded_by)]}{recorded_by}"
        )
        if stamps.isascii():  # nearly always: then each letter is one byte
            return sha256(b"\x00" + stamps.encode() + body_digest).digest()
    except IndexError:
        pass
    encoded = _prefixed(position, stream, version, record_type, schema, key, recorded_at, known_at, recorded_by)
    return sha256(b"\x00" + encoded + body_digest).digest()


def link(previous: bytes, record_leaf: bytes) -> bytes:
    """The chain's next hash."""
    return sha256(b"\x01" + previous + record_leaf).digest()


_OF = tuple(f"\0\0\0{chr(length)}" for length in range(128))
"""The lengths up to 127 as text: in UTF-8 they are their own four bytes, big-endian."""


def _prefixed(*fields: str | int) -> bytes:
    """Each field as its UTF-8 or decimal bytes behind their length (4 bytes, big-endian)."""
    encoded = [str(field).encode() for field in fields]
    return b"".join(len(field).to_bytes(4, "big") + field for field in encoded)
