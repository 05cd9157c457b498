-- The day on which an office made for trying out lives; a real office has none and lives on the day of the clock.
CREATE TABLE office.living_on (
    day date NOT NULL,
    one boolean PRIMARY KEY DEFAULT true CHECK (one)
);
SELECT office.append_only('office.living_on');
CREATE FUNCTION office.refuse_standing_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM office.staff WHERE NOT demo) THEN
        RAISE EXCEPTION 'standing_day: an office in which people really work lives on the day of the clock'
            USING ERRCODE = 'TO010';
    END IF;
    RETURN NULL;
END $$;
-- Demos made before this was kept say their day in the record of their making. Before the trigger: it also looks at an
-- INSERT of no row, and a real office is to come up as well.
INSERT INTO office.living_on (day)
SELECT (content ->> 'today')::date FROM office.record WHERE operation = 'demo.built'
AND NOT EXISTS (SELECT FROM office.staff WHERE NOT demo) ORDER BY id LIMIT 1;

CREATE TRIGGER demo_only AFTER INSERT ON office.living_on
    FOR EACH STATEMENT EXECUTE FUNCTION office.refuse_standing_day();
