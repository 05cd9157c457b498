-- The books: funds, accounts, entries and their lines. A line is a pair, debit and credit of one amount, so no entry can
-- fail to balance; both sides lie in one book and in one fund, or in two funds that the law lets pass money.
CREATE SCHEMA ledger;

CREATE TABLE ledger.fund (
    code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{0,40}$'),
    zh text NOT NULL,
    en text NOT NULL
);

CREATE TABLE ledger.account (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fund text NOT NULL REFERENCES ledger.fund,
    book text NOT NULL CHECK (book IN ('obligation', 'fund')),
    code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,40}$'),
    kind text NOT NULL CHECK (kind IN ('asset', 'liability', 'income', 'spending', 'result')),
    zh text NOT NULL,
    en text NOT NULL,
    UNIQUE (fund, code),
    UNIQUE (id, fund, book)
);

-- Which fund may pass money to which, from when, by which clause: law data, set by office operations. A pair stands here
-- both ways, for reversals; fund_link_period says which way, where and when. A fund and itself is always a pair.
CREATE TABLE ledger.fund_link (
    from_fund text NOT NULL REFERENCES ledger.fund,
    to_fund text NOT NULL REFERENCES ledger.fund,
    clause text NOT NULL,
    PRIMARY KEY (from_fund, to_fund)
);
CREATE TABLE ledger.fund_link_period (
    from_fund text NOT NULL,
    to_fund text NOT NULL,
    area text NOT NULL,
    in_force daterange NOT NULL CHECK (NOT isempty(in_force)),
    clause text NOT NULL,
    FOREIGN KEY (from_fund, to_fund) REFERENCES ledger.fund_link,
    PRIMARY KEY (from_fund, to_fund, area, in_force)
);

CREATE TABLE ledger.entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booked_on date NOT NULL,
    area text NOT NULL CHECK (area ~ '^[0-9]{6}$'),
    event text NOT NULL,
    fact_kind text NOT NULL,
    fact_id text NOT NULL,
    reverses bigint UNIQUE REFERENCES ledger.entry,
    reason text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (id, booked_on),
    CHECK (reverses IS NULL OR reason <> ''),
    CHECK (reverses IS NULL OR reverses < id)
);
-- A fact is booked once by each event; its reversal names the entry, not the fact again.
CREATE UNIQUE INDEX entry_of_fact ON ledger.entry (fact_kind, fact_id, event) WHERE reverses IS NULL;
CREATE INDEX entry_by_day ON ledger.entry (area, booked_on);

CREATE TABLE ledger.line (
    entry bigint NOT NULL,
    booked_on date NOT NULL,
    place smallint NOT NULL CHECK (place > 0),
    book text NOT NULL,
    debit int NOT NULL,
    debit_fund text NOT NULL,
    credit int NOT NULL,
    credit_fund text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    party text NOT NULL DEFAULT '',
    PRIMARY KEY (booked_on, entry, place),
    CHECK (debit <> credit),
    FOREIGN KEY (entry, booked_on) REFERENCES ledger.entry (id, booked_on),
    FOREIGN KEY (debit, debit_fund, book) REFERENCES ledger.account (id, fund, book),
    FOREIGN KEY (credit, credit_fund, book) REFERENCES ledger.account (id, fund, book),
    FOREIGN KEY (credit_fund, debit_fund) REFERENCES ledger.fund_link (from_fund, to_fund)
) PARTITION BY RANGE (booked_on);
CREATE INDEX line_debit ON ledger.line (debit, booked_on) INCLUDE (amount);
CREATE INDEX line_credit ON ledger.line (credit, booked_on) INCLUDE (amount);

-- Each line as what its two accounts turned over: what balances, closings and proofs sum.
CREATE VIEW ledger.turnover AS
    SELECT e.area, l.booked_on, t.account, t.debited, t.credited
    FROM ledger.line l
    JOIN ledger.entry e ON e.id = l.entry
    CROSS JOIN LATERAL (VALUES (l.debit, l.amount, 0::bigint), (l.credit, 0::bigint, l.amount))
        AS t (account, debited, credited);

CREATE TABLE ledger.closed_month (
    area text NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    closed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (area, month)
);
-- What every account of an area had turned over up to the end of a closed month: proved again by verify.
CREATE TABLE ledger.closing (
    area text NOT NULL,
    month date NOT NULL,
    account int NOT NULL REFERENCES ledger.account,
    debited bigint NOT NULL CHECK (debited >= 0),
    credited bigint NOT NULL CHECK (credited >= 0),
    PRIMARY KEY (area, month, account),
    FOREIGN KEY (area, month) REFERENCES ledger.closed_month
);

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: % of %.% is refused; a correction is a reversal', tg_op, tg_table_schema, tg_table_name
        USING ERRCODE = 'TL001';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.line FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.closing FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.entry EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.line EXECUTE FUNCTION ledger.refuse_change();

-- A closed month, and whatever lies before it, takes no entry. Entries of an area share a lock that a closing has alone, so
-- it waits for those under way.
CREATE FUNCTION ledger.refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.month'), hashtext(NEW.area));
    IF EXISTS (SELECT FROM ledger.closed_month m
               WHERE m.area = NEW.area AND m.month >= date_trunc('month', NEW.booked_on)::date) THEN
        RAISE EXCEPTION 'month_closed: % of area % is closed; book on a day of an open month',
            to_char(NEW.booked_on, 'YYYY-MM'), NEW.area USING ERRCODE = 'TL002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER closed_month BEFORE INSERT ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.refuse_closed_month();

-- Money passes between two funds only in the time and area of a link.
CREATE FUNCTION ledger.refuse_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_area text;
    undone bigint;
BEGIN
    SELECT e.area, e.reverses INTO of_area, undone FROM ledger.entry e WHERE e.id = NEW.entry;
    -- A reversal goes the other way; that it is the mirror of what was let through is looked at when it commits.
    IF undone IS NULL AND NOT EXISTS (SELECT FROM ledger.fund_link_period p
                   WHERE p.from_fund = NEW.credit_fund AND p.to_fund = NEW.debit_fund
                     AND p.area = of_area AND p.in_force @> NEW.booked_on) THEN
        RAISE EXCEPTION 'funds_not_linked: no law lets % pass money to % in area % on %',
            NEW.credit_fund, NEW.debit_fund, of_area, NEW.booked_on USING ERRCODE = 'TL003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER linked BEFORE INSERT ON ledger.line FOR EACH ROW
    WHEN (NEW.debit_fund <> NEW.credit_fund) EXECUTE FUNCTION ledger.refuse_unlinked();

-- At commit an entry has lines, and a reversal is the mirror of what it reverses.
CREATE FUNCTION ledger.refuse_incomplete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.line l WHERE l.entry = NEW.id AND l.booked_on = NEW.booked_on) THEN
        RAISE EXCEPTION 'entry_without_lines: entry % has no line', NEW.id USING ERRCODE = 'TL004';
    END IF;
    IF NEW.reverses IS NOT NULL AND EXISTS (
        SELECT place, debit, credit, amount, party FROM ledger.line WHERE entry = NEW.id
        EXCEPT ALL
        SELECT place, credit, debit, amount, party FROM ledger.line WHERE entry = NEW.reverses
    ) OR NEW.reverses IS NOT NULL AND (SELECT count(*) FROM ledger.line WHERE entry = NEW.id)
        <> (SELECT count(*) FROM ledger.line WHERE entry = NEW.reverses) THEN
        RAISE EXCEPTION 'not_a_mirror: entry % does not undo entry % line by line', NEW.id, NEW.reverses
            USING ERRCODE = 'TL005';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER complete AFTER INSERT ON ledger.entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_incomplete();

-- The partition of a month is made when it is first needed.
CREATE FUNCTION ledger.make_month(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', day)::date;
    name text := 'line_' || to_char(day, 'YYYYMM');
BEGIN
    IF to_regclass('ledger.' || name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('ledger.make_month'));
        IF to_regclass('ledger.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE ledger.%I PARTITION OF ledger.line FOR VALUES FROM (%L) TO (%L)',
                           name, first, (first + interval '1 month')::date);
        END IF;
    END IF;
END $$;
