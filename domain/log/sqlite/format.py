"""The storage format in SQLite: what is fixed for good. FORMAT.md says the same for a reader without this program."""

from __future__ import annotations

APPLICATION_ID = 0x43464C31  # "CFL1" in the file's header: tells a log from any other SQLite file before it is read

TABLES = (
    """CREATE TABLE meta (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  log_id TEXT NOT NULL,
  format INTEGER NOT NULL,
  timezone TEXT NOT NULL,
  made_at INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE records (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  type TEXT NOT NULL,
  schema INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  recorded_at INTEGER NOT NULL,
  known_at INTEGER NOT NULL,
  recorded_by TEXT NOT NULL,
  occurred TEXT,
  target TEXT,
  body TEXT,
  salt BLOB,
  digest BLOB,
  hash BLOB NOT NULL,
  UNIQUE (stream, version)
) STRICT""",
    """CREATE INDEX records_by_target ON records (target) WHERE target IS NOT NULL""",
    """CREATE INDEX records_links ON records (stream) WHERE type = 'strike.linked'""",
)

TRIGGERS = (
    """CREATE TRIGGER meta_is_fixed BEFORE UPDATE ON meta
BEGIN SELECT RAISE(ABORT, 'what was fixed when the log was made cannot be changed'); END""",
    """CREATE TRIGGER meta_stays BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'what was fixed when the log was made cannot be deleted'); END""",
    """CREATE TRIGGER meta_is_one_row BEFORE INSERT ON meta WHEN EXISTS (SELECT 1 FROM meta)
BEGIN SELECT RAISE(ABORT, 'a log is made once'); END""",
    # `INSERT OR REPLACE` deletes without a delete trigger, so a taken place is refused before the insert
    """CREATE TRIGGER records_follow_on BEFORE INSERT ON records
WHEN NEW.position IS NOT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'records'), 0) + 1
  OR NEW.version IS NOT coalesce((SELECT max(version) FROM records WHERE stream = NEW.stream), 0) + 1
  OR EXISTS (SELECT 1 FROM records WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'records are only added at the end'); END""",
    """CREATE TRIGGER records_stay BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END""",
    """CREATE TRIGGER records_are_fixed BEFORE UPDATE ON records
WHEN NOT (
  NEW.body IS NULL AND NEW.salt IS NULL AND NEW.occurred IS NULL AND NEW.target IS NULL
  AND length(NEW.digest) = 32
  AND OLD.body IS NOT NULL AND OLD.type <> 'record.erased'
  AND NEW.position IS OLD.position AND NEW.stream IS OLD.stream AND NEW.version IS OLD.version
  AND NEW.type IS OLD.type AND NEW.schema IS OLD.schema AND NEW.key IS OLD.key
  AND NEW.recorded_at IS OLD.recorded_at AND NEW.known_at IS OLD.known_at
  AND NEW.recorded_by IS OLD.recorded_by AND NEW.hash IS OLD.hash
  AND EXISTS (
    SELECT 1 FROM records AS erasure
    WHERE erasure.target = OLD.stream || '/' || OLD.version
      AND erasure.type = 'record.erased' AND erasure.stream = OLD.stream
  )
)
BEGIN SELECT RAISE(ABORT, 'records are never changed'); END""",
)

CREATE = (*TABLES, *TRIGGERS)
