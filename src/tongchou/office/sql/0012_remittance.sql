-- A remittance stands on two people, and can be taken back.
CREATE INDEX voucher_area ON office.voucher (area, id);

CREATE TABLE office.remittance_undone (
    remittance bigint PRIMARY KEY REFERENCES office.remittance,
    on_day date NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    command bigint REFERENCES office.command,
    undone_by text NOT NULL,
    undone_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.remittance_undone');

-- Two people behind the sending and the undoing, whatever path leads here.
CREATE FUNCTION office.refuse_undecided_remittance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM office.decision d JOIN office.command c ON c.id = d.command
                   WHERE d.command = NEW.command AND d.verdict = 'approved' AND c.operation = 'remittance.send'
                   AND c.area = NEW.from_area) THEN
        RAISE EXCEPTION 'remittance_undecided: no approved command stands behind remittance %', NEW.id
            USING ERRCODE = 'TO011';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION office.refuse_undecided_undoing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM office.decision d JOIN office.command c ON c.id = d.command
                   WHERE d.command = NEW.command AND d.verdict = 'approved' AND c.operation = 'remittance.undo'
                   AND c.arguments ->> 'remittance' = NEW.remittance::text) THEN
        RAISE EXCEPTION 'remittance_undecided: no approved command undoes remittance %', NEW.remittance
            USING ERRCODE = 'TO011';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decided AFTER INSERT ON office.remittance DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_undecided_remittance();
CREATE CONSTRAINT TRIGGER decided AFTER INSERT ON office.remittance_undone DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_undecided_undoing();

-- What was taken back does not arrive; who takes back and who confirms an arrival wait for each other.
CREATE FUNCTION office.refuse_undone_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM office.remittance WHERE id = NEW.remittance FOR UPDATE;
    IF tg_table_name = 'remittance_arrival'
        AND EXISTS (SELECT FROM office.remittance_undone u WHERE u.remittance = NEW.remittance) THEN
        RAISE EXCEPTION 'remittance_undone: remittance % was taken back', NEW.remittance USING ERRCODE = 'TO012';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER still_sent BEFORE INSERT ON office.remittance_arrival
    FOR EACH ROW EXECUTE FUNCTION office.refuse_undone_arrival();
CREATE TRIGGER alone BEFORE INSERT ON office.remittance_undone
    FOR EACH ROW EXECUTE FUNCTION office.refuse_undone_arrival();

-- One slip sends one remittance, until it is taken back.
ALTER TABLE office.remittance DROP CONSTRAINT remittance_reference;
CREATE INDEX remittance_slip ON office.remittance (from_area, fund, reference);
CREATE FUNCTION office.refuse_remittance_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('office.remittance'), hashtext(NEW.from_area || NEW.fund || NEW.reference));
    IF EXISTS (SELECT FROM office.remittance r
               WHERE (r.from_area, r.fund, r.reference) = (NEW.from_area, NEW.fund, NEW.reference)
               AND NOT EXISTS (SELECT FROM office.remittance_undone u WHERE u.remittance = r.id)) THEN
        RAISE EXCEPTION 'reference_booked: % has sent a remittance already', NEW.reference USING ERRCODE = 'TO008';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reference_once BEFORE INSERT ON office.remittance
    FOR EACH ROW EXECUTE FUNCTION office.refuse_remittance_again();
