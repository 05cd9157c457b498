-- What the registry holds is bound to the sealed record: whoever writes rows, by whatever way, leaves in the same
-- transaction a record `rows` with their numbers and the digest of what they say; the sealer takes it into a block as any
-- other. `office verify` reads the rows again, so what was changed with the triggers switched off agrees no longer.

-- The statement that writes such records of the rows of a source, 1,024 numbers of rows to each: so a fault of a large
-- import is narrowed down. `columns` is what the digest is of.
CREATE FUNCTION office.rows_told(source text, tables text, what text, key text, columns text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format($query$
        INSERT INTO office.record (actor, area, operation, content)
        SELECT 'system', '', 'rows', jsonb_build_object('table', %2$L::text, 'what', %3$L::text,
            'ids', range_agg(int8range(%4$I, %4$I + 1))::text, 'rows', count(*),
            'digest', encode(sha256(convert_to(string_agg(ROW(%5$s)::text, E'\n' ORDER BY %4$I), 'UTF8')), 'hex'))
        FROM %1$s GROUP BY %4$I >> 10 ORDER BY %4$I >> 10
        $query$, source, tables, what, key, columns)
$$;

-- The settings belong to the digest: with them a row has one text, whatever the session's are.
-- Arguments of both triggers: the column that numbers the rows, and the columns of the digest.
CREATE FUNCTION office.bind_new() RETURNS trigger LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET bytea_output = 'hex' AS $$
BEGIN
    EXECUTE office.rows_told('added', tg_table_name, 'new', tg_argv[0], tg_argv[1]);
    RETURN NULL;
END $$;
-- A row ends once; what may change of it before or after, a seal, is none of its ending.
CREATE FUNCTION office.bind_ended() RETURNS trigger LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET bytea_output = 'hex' AS $$
BEGIN
    EXECUTE office.rows_told(
        '(SELECT n.* FROM changed n JOIN held o USING (id) WHERE o.recorded_to = ''infinity'' '
        'AND n.recorded_to <> ''infinity'') AS ended', tg_table_name, 'ended', tg_argv[0], tg_argv[1]);
    RETURN NULL;
END $$;

-- Bind a table from now on, and what stands in it already as it is now. `columns`: those that never change.
CREATE FUNCTION office.bind_rows(tables text, key text, columns text, ends boolean) RETURNS void LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET bytea_output = 'hex' AS $$
DECLARE
    ending CONSTANT text := 'id, recorded_to, ended_by, ended_because';
BEGIN
    EXECUTE format('CREATE TRIGGER bound_new AFTER INSERT ON office.%I REFERENCING NEW TABLE AS added '
                   'FOR EACH STATEMENT EXECUTE FUNCTION office.bind_new(%L, %L)', tables, key, columns);
    EXECUTE office.rows_told(format('office.%I', tables), tables, 'new', key, columns);
    IF ends THEN
        EXECUTE format('CREATE TRIGGER bound_ended AFTER UPDATE ON office.%I REFERENCING OLD TABLE AS held '
                       'NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION office.bind_ended(%L, %L)',
                       tables, key, ending);
        EXECUTE office.rows_told(format('(SELECT * FROM office.%I WHERE recorded_to <> ''infinity'') AS ended', tables),
                                 tables, 'ended', key, ending);
    END IF;
END $$;

-- The number of a person is bound by its digest; its seal changes when keys are rotated, and verify holds it against that.
SELECT office.bind_rows('person', 'id', 'id, made_at', false);
SELECT office.bind_rows('person_version', 'id', 'id, person, area, name, sex, born, number_kind, digest, masked, '
                        'recorded_from, recorded_by', true);
SELECT office.bind_rows('person_merge', 'id', 'id, loser, winner, moved, recorded_from, recorded_by', true);
SELECT office.bind_rows('employer', 'id', 'id, made_at', false);
SELECT office.bind_rows('employer_version', 'id', 'id, employer, area, code, name, kind, origin, recorded_from, '
                        'recorded_by', true);
SELECT office.bind_rows('standing', 'id', 'id, employer, standing, in_force, evidence, liability, recorded_from, '
                        'recorded_by', true);
SELECT office.bind_rows('enrolment', 'id', 'id, person, insurance, line, way, status, employer, area, in_force, source, '
                        'recorded_from, recorded_by', true);
SELECT office.bind_rows('life_event', 'id', 'id, person, event, happened_on, evidence, recorded_from, recorded_by', true);
SELECT office.bind_rows('life_cut', 'old', 'event, old, made', false);
SELECT office.bind_rows('months', 'id', 'id, person, line, months, kind, area, transfer, recorded_from, recorded_by',
                        true);
SELECT office.bind_rows('transfer', 'id', 'id, person, line, direction, certificate, area, other_area, on_day, months, '
                        'sum_fen, detail, recorded_from, recorded_by', true);
SELECT office.bind_rows('filing', 'id', 'id, kind, person, employer, area, in_force, detail, command, recorded_from, '
                        'recorded_by', true);
SELECT office.bind_rows('declared_base', 'id', 'id, person, employer, month, base_fen, recorded_from, recorded_by', true);
