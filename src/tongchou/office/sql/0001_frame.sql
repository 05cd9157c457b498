-- The frame every operation runs in: areas, staff and grants, messages, commands and decisions, law versions, and the
-- record of what was done, sealed in blocks.
CREATE SCHEMA office;

CREATE FUNCTION office.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: % of %.% is refused; what was recorded stays, a correction is a record of its own',
        tg_op, tg_table_schema, tg_table_name USING ERRCODE = 'TO001';
END $$;

-- Facts are added to, never changed: every append-only table of the office calls this once.
CREATE FUNCTION office.append_only(tables regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s '
                   'FOR EACH ROW EXECUTE FUNCTION office.refuse_change()', tables);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %s EXECUTE FUNCTION office.refuse_change()', tables);
END $$;

-- County below prefecture below province below nation. `path` holds the codes from the top down to the area itself.
CREATE TABLE office.area (
    code text PRIMARY KEY CHECK (code ~ '^[0-9]{6}$'),
    parent text REFERENCES office.area,
    level text NOT NULL CHECK (level IN ('nation', 'province', 'prefecture', 'county')),
    zh text NOT NULL CHECK (zh <> ''),
    en text NOT NULL CHECK (en <> ''),
    path text[] NOT NULL,
    CHECK ((parent IS NULL) = (level = 'nation')),
    CHECK (path[array_upper(path, 1)] = code)
);
CREATE INDEX area_path ON office.area USING gin (path);
CREATE FUNCTION office.place_area() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above office.area;
BEGIN
    SELECT * INTO above FROM office.area WHERE code = NEW.parent;
    NEW.path := coalesce(above.path, '{}') || NEW.code;
    IF above.code IS NOT NULL AND above.level <> (CASE NEW.level
        WHEN 'province' THEN 'nation' WHEN 'prefecture' THEN 'province' WHEN 'county' THEN 'prefecture' END) THEN
        RAISE EXCEPTION 'area_misplaced: % (%) cannot lie below % (%)', NEW.code, NEW.level, above.code, above.level
            USING ERRCODE = 'TO005';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER placed BEFORE INSERT ON office.area FOR EACH ROW EXECUTE FUNCTION office.place_area();
SELECT office.append_only('office.area');

-- Whoever works here. The password is kept as its hash by the pages; a name is never used again for another person.
CREATE TABLE office.staff (
    name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9._-]{1,39}$'),
    shown text NOT NULL CHECK (shown <> ''),
    password text NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    demo boolean NOT NULL DEFAULT false,
    last_login timestamptz,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE office.grant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff text NOT NULL REFERENCES office.staff,
    role text NOT NULL,
    area text NOT NULL REFERENCES office.area,
    given_by text NOT NULL,
    given_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE office.grant_end (
    of bigint PRIMARY KEY REFERENCES office.grant,
    ended_by text NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.grant');
SELECT office.append_only('office.grant_end');
CREATE INDEX grant_of ON office.grant (staff);
CREATE VIEW office.grant_now AS
    SELECT g.id, g.staff, g.role, g.area, g.given_by, g.given_at FROM office.grant g
    WHERE NOT EXISTS (SELECT FROM office.grant_end e WHERE e.of = g.id);
-- Who administers staff has no business role beside it: nobody can give himself the second pair of eyes.
CREATE FUNCTION office.refuse_mixed_roles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('office.grant'), hashtext(NEW.staff));
    IF EXISTS (SELECT FROM office.grant_now g WHERE g.staff = NEW.staff AND g.id <> NEW.id
               AND (g.role = 'administrator') <> (NEW.role = 'administrator')) THEN
        RAISE EXCEPTION 'roles_mixed: % would be administrator and have business beside it', NEW.staff
            USING ERRCODE = 'TO003';
    END IF;
    IF NEW.given_by = NEW.staff THEN
        RAISE EXCEPTION 'self_granted: % cannot give a role to himself', NEW.staff USING ERRCODE = 'TO004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mixed BEFORE INSERT ON office.grant FOR EACH ROW EXECUTE FUNCTION office.refuse_mixed_roles();

-- Programs that ask by the JSON interface: only the digest of a token is kept.
CREATE TABLE office.token (
    digest bytea PRIMARY KEY,
    staff text NOT NULL REFERENCES office.staff,
    purpose text NOT NULL CHECK (purpose <> ''),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);
CREATE TABLE office.token_end (
    of bytea PRIMARY KEY REFERENCES office.token,
    ended_by text NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.token');
SELECT office.append_only('office.token_end');

-- A message from outside is answered once: the same id again gives the first answer, with other content it is refused.
CREATE TABLE office.message (
    sender text NOT NULL,
    id text NOT NULL CHECK (id <> ''),
    operation text NOT NULL,
    digest bytea NOT NULL,
    answer jsonb,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (sender, id)
);

-- What needs two people is asked by one as a command, kept whole, and decided by another.
CREATE TABLE office.command (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation text NOT NULL,
    area text NOT NULL REFERENCES office.area,
    arguments jsonb NOT NULL,
    shown jsonb NOT NULL,
    would jsonb NOT NULL DEFAULT '{}',
    asked_by text NOT NULL REFERENCES office.staff,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE office.decision (
    command bigint PRIMARY KEY REFERENCES office.command,
    verdict text NOT NULL CHECK (verdict IN ('approved', 'rejected', 'withdrawn')),
    decided_by text NOT NULL REFERENCES office.staff,
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason text NOT NULL DEFAULT '',
    answer jsonb,
    CHECK (verdict <> 'rejected' OR reason <> '')
);
CREATE INDEX command_area ON office.command (area, id);
SELECT office.append_only('office.command');
SELECT office.append_only('office.decision');
-- Whoever approves or rejects is not who asked; only who asked withdraws. This holds on every path that ends here.
CREATE FUNCTION office.refuse_self_approval() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asker text;
BEGIN
    SELECT asked_by INTO asker FROM office.command WHERE id = NEW.command;
    IF NEW.verdict <> 'withdrawn' AND asker = NEW.decided_by THEN
        RAISE EXCEPTION 'self_approval: % asked for command % and cannot decide it', asker, NEW.command
            USING ERRCODE = 'TO002';
    END IF;
    IF NEW.verdict = 'withdrawn' AND asker <> NEW.decided_by THEN
        RAISE EXCEPTION 'not_the_asker: command % is withdrawn by % only', NEW.command, asker USING ERRCODE = 'TO006';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER two_people BEFORE INSERT ON office.decision FOR EACH ROW EXECUTE FUNCTION office.refuse_self_approval();

-- Law versions: a tree by its content hash, kept whole; it counts from a stated time on, by an approved command.
CREATE TABLE office.law_tree (
    version text PRIMARY KEY,
    archive bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE office.law_version (
    command bigint PRIMARY KEY REFERENCES office.command,
    version text NOT NULL REFERENCES office.law_tree,
    counts_from timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.law_tree');
SELECT office.append_only('office.law_version');
-- A version counts only by a decision of the same transaction or before: two people stand behind it.
CREATE FUNCTION office.refuse_unapproved_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM office.decision d JOIN office.command c ON c.id = d.command
                   WHERE d.command = NEW.command AND d.verdict = 'approved' AND c.operation = 'law.adopt'
                   AND c.arguments ->> 'version' = NEW.version) THEN
        RAISE EXCEPTION 'law_not_decided: no approved command % adopts version %', NEW.command, NEW.version
            USING ERRCODE = 'TO007';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decided AFTER INSERT ON office.law_version DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_unapproved_law();

-- What was done, by whom, where: append-only at once. The transaction's number lets the sealer tell what is committed.
CREATE TABLE office.record (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    actor text NOT NULL,
    area text NOT NULL,
    operation text NOT NULL,
    subject text NOT NULL DEFAULT '',
    content jsonb NOT NULL
);
CREATE INDEX record_xid ON office.record (xid);
CREATE INDEX record_area ON office.record (area, id);
CREATE INDEX record_subject ON office.record (subject, id) WHERE subject <> '';
CREATE TABLE office.block (
    number bigint PRIMARY KEY CHECK (number > 0),
    before bytea NOT NULL,
    hash bytea NOT NULL UNIQUE,
    records int NOT NULL CHECK (records > 0),
    upto xid8 NOT NULL,
    sealed_at timestamptz NOT NULL
);
CREATE TABLE office.sealed (
    record bigint PRIMARY KEY REFERENCES office.record,
    block bigint NOT NULL REFERENCES office.block
);
CREATE INDEX sealed_block ON office.sealed (block, record);
SELECT office.append_only('office.record');
SELECT office.append_only('office.block');
SELECT office.append_only('office.sealed');

-- A record as one text, the same for ever, whatever the session's settings: what a block hashes.
CREATE FUNCTION office.record_digest(r office.record) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(concat_ws(E'\x1f', r.id::text, extract(epoch FROM r.at)::text, r.actor, r.area, r.operation,
                             r.subject, r.content::text), 'UTF8'))
$$;

-- Long work that runs behind the pages: its progress, and where to go on after a stop.
CREATE TABLE office.job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    area text NOT NULL REFERENCES office.area,
    asked_by text NOT NULL REFERENCES office.staff,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    arguments jsonb NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    told jsonb NOT NULL DEFAULT '{}',
    cancel boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX job_area ON office.job (area, id);
-- Files as they came in, beside what was made of them.
CREATE TABLE office.file (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    content bytea NOT NULL,
    digest bytea NOT NULL,
    area text NOT NULL REFERENCES office.area,
    kept_by text NOT NULL REFERENCES office.staff,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.file');
