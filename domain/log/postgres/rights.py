"""Who may do what on a server's log, held against what a log is made with: by the catalogue, as any reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.log.postgres.lookup import PostgresLookup
from domain.log.postgres.schema import GIVEN

Difference = tuple[str, str]
"""What is not as it was made, and how it is put right."""


class _Right(NamedTuple):
    """What one role may do: `INSERT (key)` on `TABLE ceasefire.records`, say."""

    role: str
    privilege: str
    on: str


def differing_rights(lookup: PostgresLookup) -> Iterator[Difference]:
    """Every right that was given or taken away since the log was made, every owner and role that was changed."""
    ((owner, database, on_database, keeper),) = lookup.rows(
        "SELECT pg_get_userbyid(nspowner)::text, datname::text, 'DATABASE ' || quote_ident(datname), "
        "pg_get_userbyid(datdba)::text FROM pg_namespace, pg_database "
        "WHERE nspname = 'ceasefire' AND datname = current_database()"
    )
    # the roles have the name of the database that the log was made in: it may have another one since
    name = owner.removesuffix("_owner") if owner.endswith("_owner") else database
    yield from _owners(lookup, f"{name}_owner")
    yield from _raised(lookup, owner, (f"{name}_writer", f"{name}_reader"))
    made, there = set(_made(f"{name}_writer", f"{name}_reader")), set(_there(lookup))
    made |= {_Right(f"{name}_{role}", "CONNECT", on_database) for role in ("owner", "writer", "reader")}
    made -= {_Right(keeper, "CONNECT", on_database)}  # who owns the database needs no right to it
    for right in sorted(there - made):
        yield (
            f"{right.role} may {right.privilege} on {right.on}, which a log lets nobody but its owner do",
            f"as {_owner_of(right, keeper)}: REVOKE {right.privilege} ON {right.on} FROM {_quoted(right.role)}",
        )
    for right in sorted(made - there):
        yield (
            f"{right.role} may no longer {right.privilege} on {right.on}",
            f"as {_owner_of(right, keeper)}: GRANT {right.privilege} ON {right.on} TO {_quoted(right.role)}",
        )


def _owner_of(right: _Right, keeper: str) -> str:
    return keeper if right.on.startswith("DATABASE ") else "its owner"


def _quoted(role: str) -> str:
    return role if role == "PUBLIC" else f'"{role}"'


def _made(writer: str, reader: str) -> Iterator[_Right]:
    for role in (writer, reader):
        yield _Right(role, "USAGE", "SCHEMA ceasefire")
        for table in ("meta", "records"):
            yield _Right(role, "SELECT", f"TABLE ceasefire.{table}")
    for column in GIVEN.split(", "):
        yield _Right(writer, f"INSERT ({column})", "TABLE ceasefire.records")
    yield _Right(writer, "EXECUTE", "FUNCTION ceasefire.take_lock()")


_THERE = """
WITH objects (kind, name, owner, acl, part) AS (
  SELECT 'SCHEMA', nspname::text, nspowner, coalesce(nspacl, acldefault('n', nspowner)), NULL
    FROM pg_namespace WHERE nspname = 'ceasefire'
  UNION ALL SELECT 'TABLE', oid::regclass::text, relowner, coalesce(relacl, acldefault('r', relowner)), NULL
    FROM pg_class WHERE relnamespace = 'ceasefire'::regnamespace AND relkind = 'r'
  UNION ALL SELECT 'TABLE', c.oid::regclass::text, relowner, attacl, attname::text
    FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid
    WHERE relnamespace = 'ceasefire'::regnamespace AND attacl IS NOT NULL
  UNION ALL SELECT 'FUNCTION', oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner)), NULL
    FROM pg_proc WHERE pronamespace = 'ceasefire'::regnamespace
  UNION ALL SELECT 'DATABASE', quote_ident(datname), datdba, coalesce(datacl, acldefault('d', datdba)), NULL
    FROM pg_database WHERE datname = current_database()
)
SELECT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END,
  privilege_type || coalesce(' (' || part || ')', ''), kind || ' ' || name
FROM objects, aclexplode(acl) WHERE grantee <> owner"""
"""What all but the owners may; a right without a row of its own is what the server gives by default."""


def _there(lookup: PostgresLookup) -> Iterator[_Right]:
    return (_Right(*row) for row in lookup.rows(_THERE))


_OWNERS = """
SELECT 'SCHEMA', nspname::text, pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = 'ceasefire'
UNION ALL SELECT 'TABLE', oid::regclass::text, pg_get_userbyid(relowner)::text
  FROM pg_class WHERE relnamespace = 'ceasefire'::regnamespace AND relkind = 'r'
UNION ALL SELECT 'FUNCTION', oid::regprocedure::text, pg_get_userbyid(proowner)::text
  FROM pg_proc WHERE pronamespace = 'ceasefire'::regnamespace
ORDER BY 1, 2"""


def _owners(lookup: PostgresLookup, owner: str) -> Iterator[Difference]:
    for kind, name, role in lookup.rows(_OWNERS):
        if role != owner:
            yield f"the {kind.lower()} {name} belongs to {role}", f'ALTER {kind} {name} OWNER TO "{owner}"'


def _raised(lookup: PostgresLookup, owner: str, roles: tuple[str, ...]) -> Iterator[Difference]:
    """Roles that may act as the owner do, or write what belongs to others, by what they are or are in."""
    for role, powerful in lookup.rows(
        "SELECT rolname::text, rolsuper FROM pg_roles WHERE rolname = ANY(?) AND "
        "(rolsuper OR pg_has_role(oid, ?, 'MEMBER') OR pg_has_role(oid, 'pg_write_all_data', 'MEMBER'))",
        (list(roles), owner),
    ):
        if powerful:
            yield f"{role} is a superuser", f'as a superuser: ALTER ROLE "{role}" NOSUPERUSER'
        else:
            yield (
                f"{role} is in a role that may write what belongs to {owner}",
                f'have it taken out: REVOKE "{owner}", pg_write_all_data FROM "{role}"',
            )
