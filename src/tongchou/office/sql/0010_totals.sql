-- Running totals (累计) of a person in a benefit year, as facts that are only added: entered when somebody comes from another
-- system, corrected by linked reversals, added to by settlements. Two time axes: the day a change counts from (`on_day`,
-- within its benefit year) and the moment the office knew it (`recorded_at`).
-- A change is above 0 or the mirror of one that is, and each is mirrored at most once: so no total ever goes below 0, and
-- no row has to be held for it.
CREATE SEQUENCE office.total_change_id;
CREATE TABLE office.total_change (
    id bigint NOT NULL DEFAULT nextval('office.total_change_id'),
    year int NOT NULL CHECK (year BETWEEN 1900 AND 2999),
    person bigint NOT NULL REFERENCES office.person,
    scheme text NOT NULL CHECK (scheme ~ '^[a-z][a-z0-9_]{0,40}$'),
    -- The pooling area whose scheme it is, as the law tree names it.
    area text NOT NULL REFERENCES office.area,
    -- As `quote visit --used` names it: a layer, <layer>.deductible, <layer>.burden, admissions.
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]{0,40}(\.[a-z_]{1,20})?$'),
    -- Fen; of admissions a count.
    amount bigint NOT NULL,
    on_day date NOT NULL,
    source text NOT NULL CHECK (source IN ('opening', 'correction', 'settlement')),
    reference text NOT NULL CHECK (reference <> ''),
    reverses bigint,
    command bigint REFERENCES office.command,
    fact text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    recorded_by text NOT NULL,
    PRIMARY KEY (id, year),
    UNIQUE (reverses, year),
    CONSTRAINT total_day CHECK (extract(year FROM on_day) BETWEEN year AND year + 1),
    CONSTRAINT total_positive CHECK (amount <> 0 AND (amount > 0) = (reverses IS NULL)),
    CONSTRAINT total_stands CHECK ((source = 'settlement') = (fact <> '')),
    CONSTRAINT total_opening CHECK (source <> 'opening' OR reverses IS NULL)
) PARTITION BY LIST (year);
CREATE INDEX total_change_person ON office.total_change (person, year) INCLUDE (scheme, area, name, amount);
CREATE INDEX total_change_command ON office.total_change (command);
SELECT office.append_only('office.total_change');

-- What no year takes is refused by name.
CREATE TABLE office.total_change_none PARTITION OF office.total_change DEFAULT;
CREATE FUNCTION office.refuse_missing_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'total_year_missing: benefit year % is not made; office.make_year(%) makes it', NEW.year, NEW.year
        USING ERRCODE = 'TO101';
END $$;
CREATE TRIGGER a_year_missing BEFORE INSERT ON office.total_change_none
    FOR EACH ROW EXECUTE FUNCTION office.refuse_missing_year();

-- The partition of a year is made ahead, or when it is first needed. Attached and not made in its place: whoever reads the
-- other years goes on.
CREATE FUNCTION office.make_year(wanted int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := 'total_change_' || wanted;
BEGIN
    IF to_regclass('office.' || name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('office.make_year'));
        -- Asked of the table itself: what to_regclass found missing before the lock, it may still remember as missing.
        IF NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND relnamespace = 'office'::regnamespace) THEN
            EXECUTE format('CREATE TABLE office.%I (LIKE office.total_change INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
            EXECUTE format('ALTER TABLE office.total_change ATTACH PARTITION office.%I FOR VALUES IN (%s)', name, wanted);
            EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON office.%I EXECUTE FUNCTION office.refuse_change()',
                           name);
        END IF;
    END IF;
END $$;
CREATE FUNCTION office.make_years_ahead() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    this int := extract(year FROM clock_timestamp() AT TIME ZONE 'Asia/Shanghai');
BEGIN
    PERFORM office.make_year(this), office.make_year(this + 1);
END $$;
SELECT office.make_years_ahead();

-- Every record that is taken for the same human being as a person is, as the office knew it at a moment.
CREATE FUNCTION office.records_of(asked bigint, known timestamptz DEFAULT 'infinity') RETURNS SETOF bigint
LANGUAGE sql STABLE ROWS 2 AS $$
    WITH RECURSIVE up AS (
        SELECT asked AS person, 0 AS step
        UNION ALL
        SELECT m.winner, u.step + 1 FROM up u JOIN office.person_merge m ON m.loser = u.person
        WHERE m.recorded_from <= known AND (m.recorded_to > known OR m.recorded_to = 'infinity') AND u.step < 100
    ), down AS (
        (SELECT person FROM up ORDER BY step DESC LIMIT 1)
        UNION
        SELECT m.loser FROM down d JOIN office.person_merge m ON m.winner = d.person
        WHERE m.recorded_from <= known AND (m.recorded_to > known OR m.recorded_to = 'infinity')
    ) SELECT person FROM down
$$;

CREATE FUNCTION office.guard_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone office.total_change;
    other bigint;
BEGIN
    IF NEW.recorded_at < now() THEN
        RAISE EXCEPTION 'append_only: a total is known from now on; it cannot come in with an earlier moment'
            USING ERRCODE = 'TO001';
    END IF;
    IF NEW.reverses IS NOT NULL THEN
        SELECT * INTO undone FROM office.total_change t WHERE (t.id, t.year) = (NEW.reverses, NEW.year) FOR UPDATE;
        IF undone.id IS NULL OR undone.reverses IS NOT NULL OR NEW.recorded_at <= undone.recorded_at
            OR (NEW.person, NEW.scheme, NEW.area, NEW.name, NEW.amount, NEW.on_day)
               <> (undone.person, undone.scheme, undone.area, undone.name, -undone.amount, undone.on_day) THEN
            RAISE EXCEPTION 'total_not_mirrored: change % does not undo change %', NEW.id, NEW.reverses
                USING ERRCODE = 'TO102';
        END IF;
        IF EXISTS (SELECT FROM office.total_change t WHERE (t.reverses, t.year) = (NEW.reverses, NEW.year)) THEN
            RAISE EXCEPTION 'total_undone: change % is undone already', NEW.reverses USING ERRCODE = 'TO103';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM FROM office.person WHERE id = NEW.person FOR KEY SHARE;
    -- A correction stays on the record of what it corrects, merged or not.
    SELECT winner INTO other FROM office.person_merge
    WHERE loser = NEW.person AND recorded_to = 'infinity' AND NEW.source <> 'correction';
    IF other IS NOT NULL THEN
        RAISE EXCEPTION 'person_merged: person % is taken for person %', NEW.person, other USING ERRCODE = 'TO032';
    END IF;
    IF NEW.source = 'opening' THEN
        -- What somebody brought along is entered once, until it is undone. The lock is his alone.
        PERFORM pg_advisory_xact_lock(hashtext('office.total_change'), (NEW.person % 2147483647)::int);
        IF EXISTS (SELECT FROM office.total_change t
                   WHERE t.person IN (SELECT office.records_of(NEW.person)) AND t.source = 'opening'
                   AND (t.year, t.scheme, t.area, t.name) = (NEW.year, NEW.scheme, NEW.area, NEW.name)
                   AND NOT EXISTS (SELECT FROM office.total_change u WHERE (u.reverses, u.year) = (t.id, t.year))) THEN
            RAISE EXCEPTION 'total_opened: % of person % in % is entered already', NEW.name, NEW.person, NEW.year
                USING ERRCODE = 'TO104';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarded BEFORE INSERT ON office.total_change FOR EACH ROW EXECUTE FUNCTION office.guard_total();

-- A change stands on an approved command that is about it. Settlements have no facts here yet: what comes as one is refused.
CREATE FUNCTION office.refuse_undecided_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked office.command;
    of office.total_change;
BEGIN
    SELECT c.* INTO asked FROM office.command c JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved'
    WHERE c.id = NEW.command;
    IF asked.id IS NOT NULL AND EXISTS (SELECT FROM office.area a, office.area b WHERE a.code = asked.area
                                        AND b.code = NEW.area AND (b.code = ANY (a.path) OR a.code = ANY (b.path))) THEN
        IF asked.operation = 'totals.import' AND NEW.source = 'opening'
            OR asked.operation = 'totals.open' AND NEW.source = 'opening'
               AND asked.arguments ->> 'person' = NEW.person::text
            OR asked.operation IN ('totals.undo', 'totals.correct') AND asked.arguments ->> 'change' = NEW.reverses::text THEN
            RETURN NULL;
        END IF;
        IF asked.operation = 'totals.correct' AND NEW.source = 'correction' AND NEW.reverses IS NULL THEN
            SELECT * INTO of FROM office.total_change t WHERE t.id = (asked.arguments ->> 'change')::bigint;
            IF (NEW.person, NEW.year, NEW.scheme, NEW.area, NEW.name, NEW.on_day)
                = (of.person, of.year, of.scheme, of.area, of.name, of.on_day) THEN
                RETURN NULL;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION 'total_undecided: no approved command stands behind change %', NEW.id USING ERRCODE = 'TO105';
END $$;
CREATE CONSTRAINT TRIGGER decided AFTER INSERT ON office.total_change DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_undecided_total();
