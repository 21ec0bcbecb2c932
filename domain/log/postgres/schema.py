"""The log's tables in PostgreSQL: what stamps, chains, refuses and erases is here. FORMAT.md says the same in words.

Every function names what it uses in full, or has its search_path fixed: whoever inserts cannot put their own in its
place. Those that run as the owner may be called by nobody else.
"""

from __future__ import annotations

SCHEMA = "ceasefire"
CHANNEL = "ceasefire"
"""What followers LISTEN to: one empty notification a transaction. Channels are a database's own."""
TAKE_LOCK = "SELECT ceasefire.take_lock()"
"""The lock that whoever writes holds to the end of the transaction. Only writers may take it, and no reader waits."""

TABLES = (
    """CREATE TABLE ceasefire.meta (
  only_row smallint PRIMARY KEY CHECK (only_row = 1),
  log_id text COLLATE "C" NOT NULL,
  format integer NOT NULL,
  timezone text COLLATE "C" NOT NULL,
  made_at bigint NOT NULL
)""",
    """CREATE TABLE ceasefire.records (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  schema integer NOT NULL,
  key text COLLATE "C" NOT NULL UNIQUE,
  recorded_at bigint NOT NULL,
  known_at bigint NOT NULL,
  recorded_by text COLLATE "C" NOT NULL,
  occurred text COLLATE "C",
  target text COLLATE "C",
  body text COLLATE "C",
  salt bytea,
  digest bytea,
  hash bytea NOT NULL,
  UNIQUE (stream, version),
  CONSTRAINT records_are_whole_or_erased CHECK (
    CASE WHEN body IS NULL THEN salt IS NULL AND occurred IS NULL AND target IS NULL
                                AND digest IS NOT NULL AND octet_length(digest) = 32
         ELSE salt IS NOT NULL AND octet_length(salt) = 16 AND digest IS NULL END
  )
)""",
)

QUIET = (
    # what the planner knows of a column are values from it, which outlive an erasure
    "ALTER TABLE ceasefire.records ALTER body SET STATISTICS 0, ALTER salt SET STATISTICS 0",
)

INDEXES = (
    """CREATE INDEX records_by_target ON ceasefire.records (target) WHERE target IS NOT NULL""",
    """CREATE INDEX records_links ON ceasefire.records (stream) WHERE type = 'strike.linked'""",
)

FUNCTIONS = (
    # a field of the chain: its length in four bytes, big-endian, and its UTF-8
    """CREATE FUNCTION ceasefire.field(value text) RETURNS bytea LANGUAGE sql STABLE
RETURN int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8')""",
    """CREATE FUNCTION ceasefire.genesis() RETURNS bytea LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT sha256('\\x02'::bytea || ceasefire.field(log_id) || ceasefire.field(format::text)
                || ceasefire.field(timezone) || ceasefire.field(made_at::text))
  FROM ceasefire.meta;
END""",
    """CREATE FUNCTION ceasefire.take_lock() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  LOCK TABLE ceasefire.meta IN SHARE ROW EXCLUSIVE MODE;
END $$""",
    """CREATE FUNCTION ceasefire.take_turn() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM ceasefire.take_lock();
  RETURN NULL;
END $$""",
    """CREATE FUNCTION ceasefire.stamp() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head record;
  newest bigint;
  body_digest bytea := NEW.digest;
  report jsonb := NEW.body::jsonb;
  computed bytea;
BEGIN
  SELECT r.position, r.hash, r.known_at, r.recorded_at INTO head
    FROM ceasefire.records AS r ORDER BY r.position DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT 0::bigint AS position, ceasefire.genesis() AS hash, 0::bigint AS known_at, 1::bigint AS recorded_at
      INTO head;
  END IF;
  SELECT coalesce(max(r.version), 0) INTO newest FROM ceasefire.records AS r WHERE r.stream = NEW.stream;
  IF NEW.position <> head.position + 1 OR NEW.version <> newest + 1 THEN
    RAISE EXCEPTION 'records are only added at the end' USING ERRCODE = 'unique_violation';
  END IF;
  NEW.position := head.position + 1;
  NEW.version := newest + 1;

  IF NEW.recorded_at IS NULL AND NEW.recorded_by IS NULL THEN
    NEW.recorded_at := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    NEW.recorded_by := session_user;
    IF NEW.known_at IS NULL THEN
      NEW.known_at := greatest(head.known_at, NEW.recorded_at);
    ELSIF head.known_at < head.recorded_at THEN
      NEW.known_at := greatest(head.known_at, least(NEW.known_at, NEW.recorded_at - 1));
    ELSE
      RAISE EXCEPTION 'history is not put behind live records' USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RAISE EXCEPTION 'only the owner of the log gives stamps' USING ERRCODE = 'insufficient_privilege';
  ELSIF NEW.known_at < head.known_at THEN
    RAISE EXCEPTION 'known_at never decreases' USING ERRCODE = 'check_violation';
  END IF;

  IF NEW.stream !~ '^[a-z]+-[A-Za-z0-9._-]+$' OR (NEW.type || NEW.key) ~ '[\\u0001-\\u001f\\u007f-\\u009f]' THEN
    RAISE EXCEPTION 'a stream, type or key that no record has' USING ERRCODE = 'check_violation';
  END IF;
  NEW.occurred := NULL;
  NEW.target := NULL;
  IF NEW.body IS NOT NULL THEN
    body_digest := sha256(NEW.salt || convert_to(NEW.body, 'UTF8'));
    NEW.occurred := CASE 'string'
      WHEN jsonb_typeof(report -> 'occurred') THEN report ->> 'occurred'
      WHEN jsonb_typeof(report -> 'occurred' -> 'start') THEN report -> 'occurred' ->> 'start' END;
    IF NEW.occurred IS NULL OR (
      jsonb_typeof(report -> 'reported_at') = 'string' AND jsonb_typeof(report -> 'claimant') = 'string'
      AND jsonb_typeof(report -> 'claimant_basis') = 'string' AND jsonb_typeof(report -> 'via') = 'array'
      AND jsonb_typeof(report -> 'sources') = 'array' AND jsonb_typeof(report -> 'handling') = 'string'
      AND jsonb_typeof(report -> 'data') = 'object'
    ) IS NOT TRUE THEN
      RAISE EXCEPTION 'a body without the fields of a report' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.type IN ('record.corrected', 'record.retracted', 'record.erased') THEN
      NEW.target := report -> 'data' ->> 'target';
      IF NEW.target IS NULL THEN
        RAISE EXCEPTION 'an edit without its target' USING ERRCODE = 'check_violation';
      END IF;
    END IF;
  END IF;

  computed := sha256('\\x01'::bytea || head.hash || sha256(
    '\\x00'::bytea || ceasefire.field(NEW.position::text) || ceasefire.field(NEW.stream)
    || ceasefire.field(NEW.version::text) || ceasefire.field(NEW.type) || ceasefire.field(NEW.schema::text)
    || ceasefire.field(NEW.key) || ceasefire.field(NEW.recorded_at::text) || ceasefire.field(NEW.known_at::text)
    || ceasefire.field(NEW.recorded_by) || body_digest));
  IF NEW.hash <> computed THEN
    RAISE EXCEPTION 'record % is not what its chain says', NEW.position USING ERRCODE = 'data_corrupted';
  END IF;
  NEW.hash := computed;
  RETURN NEW;
END $$""",
    """CREATE FUNCTION ceasefire.erase() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE ceasefire.records AS r
    SET body = NULL, salt = NULL, occurred = NULL, target = NULL,
        digest = sha256(r.salt || convert_to(r.body, 'UTF8'))
    WHERE r.stream = NEW.stream AND r.version = substring(NEW.target FROM '/([0-9]{1,18})$')::bigint
      AND r.stream || '/' || r.version = NEW.target AND r.body IS NOT NULL AND r.type <> 'record.erased';
  RETURN NULL;
END $$""",
    """CREATE FUNCTION ceasefire.only_erased() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.body IS NULL AND OLD.body IS NOT NULL AND OLD.type <> 'record.erased'
    AND NEW.digest = sha256(OLD.salt || convert_to(OLD.body, 'UTF8'))
    AND (NEW.position, NEW.stream, NEW.version, NEW.type, NEW.schema, NEW.key, NEW.recorded_at, NEW.known_at,
         NEW.recorded_by, NEW.hash)
      = (OLD.position, OLD.stream, OLD.version, OLD.type, OLD.schema, OLD.key, OLD.recorded_at, OLD.known_at,
         OLD.recorded_by, OLD.hash)
    AND EXISTS (
      SELECT 1 FROM ceasefire.records AS erasure
      WHERE erasure.target = OLD.stream || '/' || OLD.version
        AND erasure.type = 'record.erased' AND erasure.stream = OLD.stream
    )
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'records are never changed' USING ERRCODE = 'insufficient_privilege';
END $$""",
    """CREATE FUNCTION ceasefire.stay() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what is on record in % stays', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$""",
    f"""CREATE FUNCTION ceasefire.announce() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('{CHANNEL}', '');
  RETURN NULL;
END $$""",
)

TRIGGERS = (
    """CREATE TRIGGER meta_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON ceasefire.meta
FOR EACH STATEMENT EXECUTE FUNCTION ceasefire.stay()""",
    """CREATE TRIGGER records_stay BEFORE DELETE OR TRUNCATE ON ceasefire.records
FOR EACH STATEMENT EXECUTE FUNCTION ceasefire.stay()""",
    """CREATE TRIGGER records_are_fixed BEFORE UPDATE ON ceasefire.records
FOR EACH ROW EXECUTE FUNCTION ceasefire.only_erased()""",
    """CREATE TRIGGER records_take_turns BEFORE INSERT ON ceasefire.records
FOR EACH STATEMENT EXECUTE FUNCTION ceasefire.take_turn()""",
    """CREATE TRIGGER records_follow_on BEFORE INSERT ON ceasefire.records
FOR EACH ROW EXECUTE FUNCTION ceasefire.stamp()""",
    """CREATE TRIGGER records_are_erased AFTER INSERT ON ceasefire.records
FOR EACH ROW WHEN (NEW.type = 'record.erased') EXECUTE FUNCTION ceasefire.erase()""",
    """CREATE TRIGGER records_are_announced AFTER INSERT ON ceasefire.records
FOR EACH STATEMENT EXECUTE FUNCTION ceasefire.announce()""",
)

GIVEN = "stream, version, type, schema, key, known_at, body, salt, digest"
"""The columns that a writer fills. The others are the database's to fill; the owner may give them in its place."""

RIGHTS = (
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ceasefire FROM PUBLIC",
    "GRANT USAGE ON SCHEMA ceasefire TO {writer}, {reader}",
    "GRANT SELECT ON ceasefire.meta, ceasefire.records TO {writer}, {reader}",
    f"GRANT INSERT ({GIVEN}) ON ceasefire.records TO {{writer}}",
    "GRANT EXECUTE ON FUNCTION ceasefire.take_lock() TO {writer}",
)

DOORS = (
    "REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {owner}, {writer}, {reader}",
)
"""Who may come in at all: the owner of the database says so, not that of the log."""

CREATE = (*TABLES, *QUIET, *INDEXES, *FUNCTIONS, *TRIGGERS)
