-- Facts the books are made of: vouchers, remittances and their arrival; and what banks and the tax office report.
CREATE TABLE office.bank_account (
    code text PRIMARY KEY CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9-]{1,39}$'),
    area text NOT NULL REFERENCES office.area,
    fund text NOT NULL REFERENCES ledger.fund,
    kind text NOT NULL CHECK (kind IN ('treasury_in_transit', 'special_account', 'expenditure_account')),
    name text NOT NULL CHECK (name <> ''),
    opened_by text NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (area, fund, kind)
);
SELECT office.append_only('office.bank_account');

-- A voucher is the fact of what events.yaml names; its entry in the books carries the same sum.
CREATE TABLE office.voucher (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event text NOT NULL,
    area text NOT NULL REFERENCES office.area,
    fund text NOT NULL REFERENCES ledger.fund,
    on_day date NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    party text NOT NULL DEFAULT '',
    reference text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    to_fund text REFERENCES ledger.fund,
    law_version text NOT NULL DEFAULT '',
    command bigint REFERENCES office.command,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX voucher_reference ON office.voucher (reference, area, fund, event) WHERE reference <> '';
CREATE INDEX voucher_day ON office.voucher (area, on_day, id);
SELECT office.append_only('office.voucher');

-- A voucher stands on an approved command for its event: two people, whatever path leads here.
CREATE FUNCTION office.refuse_undecided_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM office.decision d JOIN office.command c ON c.id = d.command
                   WHERE d.command = NEW.command AND d.verdict = 'approved' AND c.area = NEW.area
                   AND c.operation = 'books.' || NEW.event) THEN
        RAISE EXCEPTION 'voucher_undecided: no approved command stands behind voucher %', NEW.id USING ERRCODE = 'TO009';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER decided AFTER INSERT ON office.voucher DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_undecided_voucher();

-- Undoing a voucher: its entry is reversed, linked, with a reason.
CREATE TABLE office.voucher_undone (
    voucher bigint PRIMARY KEY REFERENCES office.voucher,
    on_day date NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    command bigint REFERENCES office.command,
    undone_by text NOT NULL,
    undone_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.voucher_undone');

-- One bank slip or notice is booked once, until it is undone.
CREATE FUNCTION office.refuse_reference_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('office.voucher'), hashtext(NEW.area || NEW.fund || NEW.event || NEW.reference));
    IF EXISTS (SELECT FROM office.voucher v
               WHERE (v.reference, v.area, v.fund, v.event) = (NEW.reference, NEW.area, NEW.fund, NEW.event)
               AND NOT EXISTS (SELECT FROM office.voucher_undone u WHERE u.voucher = v.id)) THEN
        RAISE EXCEPTION 'reference_booked: % of % is booked already', NEW.reference, NEW.event USING ERRCODE = 'TO008';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reference_once BEFORE INSERT ON office.voucher FOR EACH ROW WHEN (NEW.reference <> '')
    EXECUTE FUNCTION office.refuse_reference_again();

-- Money sent upward, and its arrival: a pair. Until it arrives it is in transit.
CREATE TABLE office.remittance (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_area text NOT NULL REFERENCES office.area,
    to_area text NOT NULL REFERENCES office.area,
    fund text NOT NULL REFERENCES ledger.fund,
    amount bigint NOT NULL CHECK (amount > 0),
    sent_on date NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    command bigint REFERENCES office.command,
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT remittance_reference UNIQUE (from_area, fund, reference),
    CHECK (from_area <> to_area)
);
CREATE TABLE office.remittance_arrival (
    remittance bigint PRIMARY KEY REFERENCES office.remittance,
    arrived_on date NOT NULL,
    received_by text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.remittance');
SELECT office.append_only('office.remittance_arrival');

-- Lines of a bank's statement and of the tax office's report, as they came; money in is positive.
CREATE TABLE office.bank_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL REFERENCES office.bank_account,
    on_day date NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    amount bigint NOT NULL CHECK (amount <> 0),
    said text NOT NULL DEFAULT '',
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT bank_line_once UNIQUE (account, reference)
);
CREATE TABLE office.tax_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area text NOT NULL REFERENCES office.area,
    fund text NOT NULL REFERENCES ledger.fund,
    on_day date NOT NULL,
    reference text NOT NULL CHECK (reference <> ''),
    amount bigint NOT NULL CHECK (amount <> 0),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT tax_line_once UNIQUE (area, fund, reference)
);
SELECT office.append_only('office.bank_line');
SELECT office.append_only('office.tax_line');
