-- A bank slip moves a bank account once, whatever books it: vouchers of any event, money sent upward, its arrival.
-- Which bank accounts an event moves: brought from events.yaml; the debited one is of the fund the money goes to.
CREATE TABLE office.cash_event (
    event text NOT NULL,
    account text NOT NULL CHECK (account IN ('treasury_in_transit', 'special_account', 'expenditure_account')),
    side text NOT NULL CHECK (side IN ('debit', 'credit')),
    PRIMARY KEY (event, account, side)
);
SELECT office.append_only('office.cash_event');

-- Whose money was drawn, where the party of a voucher is somebody else: the insurer whose reserve pays an institution.
ALTER TABLE office.voucher ADD COLUMN of_party text;
-- The receiving bank's own slip, where it is not the sender's.
ALTER TABLE office.remittance_arrival ADD COLUMN reference text CHECK (reference <> '');

CREATE TABLE office.slip (
    fact_kind text NOT NULL CHECK (fact_kind IN ('voucher', 'remittance', 'arrival')),
    fact bigint NOT NULL,
    area text NOT NULL REFERENCES office.area,
    fund text NOT NULL REFERENCES ledger.fund,
    account text NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    -- twice: stood beside another before this was kept; nothing new comes to be so.
    stands text NOT NULL DEFAULT 'held' CHECK (stands IN ('held', 'twice', 'undone')),
    PRIMARY KEY (fact_kind, fact, area, fund, account)
);
CREATE UNIQUE INDEX slip_once ON office.slip (area, fund, account, reference) WHERE stands = 'held';

INSERT INTO office.slip
SELECT b.fact_kind, b.fact, b.area, b.fund, b.account, b.reference,
       CASE WHEN b.undone THEN 'undone' WHEN row_number() OVER (
           PARTITION BY b.area, b.fund, b.account, b.reference, b.undone ORDER BY b.entry) = 1 THEN 'held' ELSE 'twice' END
FROM (
    SELECT CASE WHEN e.event = 'remittance_received' THEN 'arrival' ELSE e.fact_kind END AS fact_kind,
           e.fact_id::bigint AS fact, e.area, a.fund, a.code AS account, coalesce(v.reference, r.reference) AS reference,
           u.voucher IS NOT NULL OR w.remittance IS NOT NULL AS undone, min(e.id) AS entry
    FROM ledger.entry e
    JOIN ledger.line l ON l.entry = e.id
    JOIN ledger.account a ON a.id IN (l.debit, l.credit)
         AND a.code IN ('treasury_in_transit', 'special_account', 'expenditure_account')
    LEFT JOIN office.voucher v ON e.fact_kind = 'voucher' AND v.id::text = e.fact_id
    LEFT JOIN office.voucher_undone u ON u.voucher = v.id
    LEFT JOIN office.remittance r ON e.fact_kind = 'remittance' AND r.id::text = e.fact_id
    LEFT JOIN office.remittance_undone w ON w.remittance = r.id
    WHERE e.reverses IS NULL AND e.event <> 'opening' AND coalesce(v.reference, r.reference) <> ''
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) b;

-- Who comes second waits for the first, and is refused unless that one is taken back.
CREATE FUNCTION office.hold_slip(kind text, number bigint, in_area text, of_fund text, bank text, slip text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO office.slip (fact_kind, fact, area, fund, account, reference)
    VALUES (kind, number, in_area, of_fund, bank, slip)
    ON CONFLICT (area, fund, account, reference) WHERE stands = 'held' DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'reference_booked: % has moved % of % in area % already', slip, bank, of_fund, in_area
            USING ERRCODE = 'TO008';
    END IF;
END $$;
CREATE FUNCTION office.hold_voucher_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM office.hold_slip('voucher', NEW.id, NEW.area, m.fund, m.account, NEW.reference)
    FROM (SELECT DISTINCT CASE c.side WHEN 'debit' THEN coalesce(NEW.to_fund, NEW.fund) ELSE NEW.fund END AS fund,
                 c.account FROM office.cash_event c WHERE c.event = NEW.event ORDER BY 1, 2) m;
    RETURN NULL;
END $$;
CREATE TRIGGER slip_held AFTER INSERT ON office.voucher FOR EACH ROW WHEN (NEW.reference <> '')
    EXECUTE FUNCTION office.hold_voucher_slip();
CREATE FUNCTION office.hold_remittance_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM office.hold_slip('remittance', NEW.id, NEW.from_area, NEW.fund, 'special_account', NEW.reference);
    RETURN NULL;
END $$;
CREATE TRIGGER slip_held AFTER INSERT ON office.remittance FOR EACH ROW EXECUTE FUNCTION office.hold_remittance_slip();
CREATE FUNCTION office.hold_arrival_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM office.hold_slip('arrival', r.id, r.to_area, r.fund, 'special_account', coalesce(NEW.reference, r.reference))
    FROM office.remittance r WHERE r.id = NEW.remittance;
    RETURN NULL;
END $$;
CREATE TRIGGER slip_held AFTER INSERT ON office.remittance_arrival
    FOR EACH ROW EXECUTE FUNCTION office.hold_arrival_slip();
-- What 0012 kept of remittances alone.
DROP TRIGGER reference_once ON office.remittance;
DROP FUNCTION office.refuse_remittance_again();
DROP INDEX office.remittance_slip;

-- What is taken back gives its slip free; where two stood on it before this was kept, the other holds it then.
CREATE FUNCTION office.free_slip() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kinds text[] := CASE tg_table_name WHEN 'voucher_undone' THEN '{voucher}' ELSE '{remittance,arrival}' END;
    number bigint := (to_jsonb(NEW) ->> CASE tg_table_name WHEN 'voucher_undone' THEN 'voucher' ELSE 'remittance' END);
    was office.slip;
BEGIN
    FOR was IN SELECT * FROM office.slip s WHERE s.fact_kind = ANY (kinds) AND s.fact = number LOOP
        UPDATE office.slip s SET stands = 'undone'
        WHERE (s.fact_kind, s.fact, s.area, s.fund, s.account)
            = (was.fact_kind, was.fact, was.area, was.fund, was.account);
        IF was.stands = 'held' THEN
            UPDATE office.slip s SET stands = 'held' WHERE s.ctid = (
                SELECT o.ctid FROM office.slip o WHERE o.stands = 'twice' AND (o.area, o.fund, o.account, o.reference)
                    = (was.area, was.fund, was.account, was.reference) ORDER BY o.fact LIMIT 1);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER slip_freed AFTER INSERT ON office.voucher_undone FOR EACH ROW EXECUTE FUNCTION office.free_slip();
CREATE TRIGGER slip_freed AFTER INSERT ON office.remittance_undone FOR EACH ROW EXECUTE FUNCTION office.free_slip();

-- A slip is given free by an undoing alone.
CREATE FUNCTION office.refuse_slip_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'UPDATE' AND (NEW.fact_kind, NEW.fact, NEW.area, NEW.fund, NEW.account, NEW.reference)
        = (OLD.fact_kind, OLD.fact, OLD.area, OLD.fund, OLD.account, OLD.reference)
        AND (OLD.stands = 'twice' AND NEW.stands = 'held' OR NEW.stands = 'undone' AND (
            NEW.fact_kind = 'voucher' AND EXISTS (SELECT FROM office.voucher_undone u WHERE u.voucher = NEW.fact)
            OR NEW.fact_kind <> 'voucher'
            AND EXISTS (SELECT FROM office.remittance_undone u WHERE u.remittance = NEW.fact))) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: % of office.slip is refused; an undoing gives a slip free', tg_op
        USING ERRCODE = 'TO001';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON office.slip
    FOR EACH ROW EXECUTE FUNCTION office.refuse_slip_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON office.slip EXECUTE FUNCTION office.refuse_change();
