-- Guards that the first release lacked: closed months and links between funds are kept as entries are, and a reversal is of
-- an entry that is none, in its own area and of its own fact.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.closed_month
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.closed_month EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.closing EXECUTE FUNCTION ledger.refuse_change();

-- A period may end, on a day that is not behind the last entry that used it; nothing else of it changes.
CREATE FUNCTION ledger.refuse_link_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'UPDATE' AND (NEW.from_fund, NEW.to_fund, NEW.area, lower(NEW.in_force), NEW.clause)
        = (OLD.from_fund, OLD.to_fund, OLD.area, lower(OLD.in_force), OLD.clause)
        AND NOT upper_inf(NEW.in_force) AND NEW.in_force <@ OLD.in_force
        AND NOT EXISTS (SELECT FROM ledger.line l JOIN ledger.entry e ON e.id = l.entry
                        WHERE l.credit_fund = OLD.from_fund AND l.debit_fund = OLD.to_fund AND e.area = OLD.area
                        AND e.reverses IS NULL AND OLD.in_force @> l.booked_on AND NOT NEW.in_force @> l.booked_on) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: % of a link between funds is refused; a period only ends, not behind what it let pass',
        tg_op USING ERRCODE = 'TL001';
END $$;
CREATE TRIGGER only_ends BEFORE UPDATE OR DELETE ON ledger.fund_link_period
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_link_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger.fund_link_period EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.fund_link
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();

CREATE OR REPLACE FUNCTION ledger.refuse_incomplete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger.line l WHERE l.entry = NEW.id AND l.booked_on = NEW.booked_on) THEN
        RAISE EXCEPTION 'entry_without_lines: entry % has no line', NEW.id USING ERRCODE = 'TL004';
    END IF;
    IF NEW.reverses IS NULL THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT place, debit, credit, amount, party FROM ledger.line WHERE entry = NEW.id
        EXCEPT ALL
        SELECT place, credit, debit, amount, party FROM ledger.line WHERE entry = NEW.reverses
    ) OR (SELECT count(*) FROM ledger.line WHERE entry = NEW.id)
        <> (SELECT count(*) FROM ledger.line WHERE entry = NEW.reverses)
    OR NOT EXISTS (
        SELECT FROM ledger.entry o WHERE o.id = NEW.reverses AND o.reverses IS NULL
        AND (o.area, o.event, o.fact_kind, o.fact_id) = (NEW.area, NEW.event, NEW.fact_kind, NEW.fact_id)
        AND o.booked_on <= NEW.booked_on
    ) THEN
        RAISE EXCEPTION 'not_a_mirror: entry % does not undo entry % line by line, in its area, of its fact, later',
            NEW.id, NEW.reverses USING ERRCODE = 'TL005';
    END IF;
    RETURN NULL;
END $$;
