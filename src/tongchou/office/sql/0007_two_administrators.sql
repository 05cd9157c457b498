-- A role and another person's password are given by two administrators; what commands and files hold sealed may be
-- sealed anew when keys are rotated.
ALTER TABLE office.staff ADD CONSTRAINT staff_not_system CHECK (name <> 'system');

-- The approved command by which a role was given; none for what the database's owner gave ('system'), and for roles of
-- before this was asked.
ALTER TABLE office.grant ADD COLUMN command bigint UNIQUE REFERENCES office.command;

-- Whether two others stand behind a command about somebody, and which of them decided it.
CREATE FUNCTION office.decided_by_two(number bigint, operation text, about text, decider text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM office.command c JOIN office.decision d ON d.command = c.id AND d.verdict = 'approved'
        WHERE c.id = $1 AND c.operation = $2 AND c.arguments ->> 'name' = $3 AND d.decided_by = $4
        AND c.asked_by <> d.decided_by AND $3 NOT IN (c.asked_by, d.decided_by))
$$;
CREATE FUNCTION office.refuse_single_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.given_by = 'system' AND NEW.command IS NULL THEN
        RETURN NULL;
    END IF;
    IF NEW.command IS NULL
       OR NOT office.decided_by_two(NEW.command, 'staff.grant', NEW.staff, NEW.given_by)
       OR NOT EXISTS (SELECT FROM office.command c WHERE c.id = NEW.command AND c.area = NEW.area
                      AND c.arguments ->> 'role' = NEW.role AND c.arguments ->> 'area' = NEW.area) THEN
        RAISE EXCEPTION 'grant_undecided: no two administrators gave % the role % for %', NEW.staff, NEW.role, NEW.area
            USING ERRCODE = 'TO071';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER two_administrators AFTER INSERT ON office.grant DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_single_grant();

-- Who set whose password: the person himself, the database's owner, or two administrators by an approved command. The
-- last row tells whether it is to be changed: only a password one set himself stays.
CREATE TABLE office.password_set (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    staff text NOT NULL REFERENCES office.staff,
    set_by text NOT NULL,
    command bigint UNIQUE REFERENCES office.command,
    set_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX password_set_staff ON office.password_set (staff, id);
SELECT office.append_only('office.password_set');
-- Passwords that one administrator set and that wait for their first login, from where the pages kept them.
DO $$
BEGIN
    IF to_regclass('web.initial_password') IS NOT NULL THEN
        INSERT INTO office.password_set (staff, set_by, set_at)
        SELECT i.name, i.set_by, i.set_at FROM web.initial_password i JOIN office.staff s ON s.name = i.name;
    END IF;
END $$;
CREATE FUNCTION office.refuse_single_password() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.command IS NULL AND NEW.set_by IN ('system', NEW.staff) THEN
        RETURN NULL;
    END IF;
    IF NEW.command IS NULL
       OR NOT office.decided_by_two(NEW.command, 'staff.reset_password', NEW.staff, NEW.set_by) THEN
        RAISE EXCEPTION 'password_undecided: no two administrators set the password of %', NEW.staff
            USING ERRCODE = 'TO072';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER two_administrators AFTER INSERT ON office.password_set DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION office.refuse_single_password();

-- Personal arguments of a command, sealed. The command itself says only that they are there; the keyed digest of each
-- stays, so that an exchanged seal is noticed.
CREATE TABLE office.command_secret (
    command bigint NOT NULL REFERENCES office.command,
    field text NOT NULL,
    sealed text NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (command, field)
);
-- The seal alone may change, when keys are rotated.
CREATE FUNCTION office.refuse_all_but_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.command, NEW.field, NEW.digest) IS NOT DISTINCT FROM (OLD.command, OLD.field, OLD.digest) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: only the seal of %.% may change', tg_table_schema, tg_table_name
        USING ERRCODE = 'TO001';
END $$;
CREATE TRIGGER only_sealed_anew BEFORE UPDATE ON office.command_secret
    FOR EACH ROW EXECUTE FUNCTION office.refuse_all_but_secret();
CREATE TRIGGER never_removed BEFORE DELETE ON office.command_secret
    FOR EACH ROW EXECUTE FUNCTION office.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON office.command_secret EXECUTE FUNCTION office.refuse_change();

-- A file stays as it came: its digest is that of the content before it was sealed.
CREATE FUNCTION office.refuse_all_but_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.name, NEW.digest, NEW.area, NEW.kept_by, NEW.kept_at)
       IS NOT DISTINCT FROM (OLD.id, OLD.name, OLD.digest, OLD.area, OLD.kept_by, OLD.kept_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: only the seal of %.% may change', tg_table_schema, tg_table_name
        USING ERRCODE = 'TO001';
END $$;
DROP TRIGGER append_only ON office.file;
CREATE TRIGGER only_sealed_anew BEFORE UPDATE ON office.file
    FOR EACH ROW EXECUTE FUNCTION office.refuse_all_but_content();
CREATE TRIGGER never_removed BEFORE DELETE ON office.file FOR EACH ROW EXECUTE FUNCTION office.refuse_change();
