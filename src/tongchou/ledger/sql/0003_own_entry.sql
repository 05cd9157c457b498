-- A line goes into an entry of its own transaction: what was committed takes no further line, whoever writes it.
-- No default is filled in for the entries that stand: no transaction of theirs is under way.
ALTER TABLE ledger.entry ADD COLUMN xid xid8;
ALTER TABLE ledger.entry ALTER COLUMN xid SET DEFAULT pg_current_xact_id();

CREATE FUNCTION ledger.refuse_late_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late bigint;
BEGIN
    SELECT a.entry INTO late FROM added a JOIN ledger.entry e ON e.id = a.entry
    WHERE e.xid IS DISTINCT FROM pg_current_xact_id() LIMIT 1;
    IF late IS NOT NULL THEN
        RAISE EXCEPTION 'entry_committed: entry % stands already and takes no further line', late USING ERRCODE = 'TL006';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER own_entry AFTER INSERT ON ledger.line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_late_line();

-- Who writes into a month's partition itself is held to the same.
CREATE FUNCTION ledger.guard_month(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER own_entry AFTER INSERT ON ledger.%I REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_late_line()', name);
END $$;
SELECT ledger.guard_month(c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'ledger.line'::regclass;
CREATE OR REPLACE FUNCTION ledger.make_month(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', day)::date;
    name text := 'line_' || to_char(day, 'YYYYMM');
BEGIN
    IF to_regclass('ledger.' || name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('ledger.make_month'));
        -- Asked of the table itself: what was found missing before the lock may still be remembered as missing.
        IF NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND relnamespace = 'ledger'::regnamespace) THEN
            EXECUTE format('CREATE TABLE ledger.%I PARTITION OF ledger.line FOR VALUES FROM (%L) TO (%L)',
                           name, first, (first + interval '1 month')::date);
            PERFORM ledger.guard_month(name);
        END IF;
    END IF;
END $$;

-- A link lets money pass from the moment at which the law version that brought it counts.
ALTER TABLE ledger.fund_link_period ADD COLUMN counts_from timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE ledger.fund_link_period DROP CONSTRAINT fund_link_period_pkey;
ALTER TABLE ledger.fund_link_period
    ADD CONSTRAINT fund_link_period_pkey PRIMARY KEY (from_fund, to_fund, area, in_force, counts_from);
CREATE OR REPLACE FUNCTION ledger.refuse_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_area text;
    undone bigint;
BEGIN
    SELECT e.area, e.reverses INTO of_area, undone FROM ledger.entry e WHERE e.id = NEW.entry;
    -- A reversal goes the other way; that it is the mirror of what was let through is looked at when it commits.
    IF undone IS NULL AND NOT EXISTS (SELECT FROM ledger.fund_link_period p
                   WHERE p.from_fund = NEW.credit_fund AND p.to_fund = NEW.debit_fund
                     AND p.area = of_area AND p.in_force @> NEW.booked_on AND p.counts_from <= clock_timestamp()) THEN
        RAISE EXCEPTION 'funds_not_linked: no law lets % pass money to % in area % on %',
            NEW.credit_fund, NEW.debit_fund, of_area, NEW.booked_on USING ERRCODE = 'TL003';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION ledger.refuse_link_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'UPDATE' AND (NEW.from_fund, NEW.to_fund, NEW.area, lower(NEW.in_force), NEW.clause, NEW.counts_from)
        = (OLD.from_fund, OLD.to_fund, OLD.area, lower(OLD.in_force), OLD.clause, OLD.counts_from)
        AND NOT upper_inf(NEW.in_force) AND NEW.in_force <@ OLD.in_force
        AND NOT EXISTS (SELECT FROM ledger.line l JOIN ledger.entry e ON e.id = l.entry
                        WHERE l.credit_fund = OLD.from_fund AND l.debit_fund = OLD.to_fund AND e.area = OLD.area
                        AND e.reverses IS NULL AND OLD.in_force @> l.booked_on AND NOT NEW.in_force @> l.booked_on) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: % of a link between funds is refused; a period only ends, not behind what it let pass',
        tg_op USING ERRCODE = 'TL001';
END $$;
