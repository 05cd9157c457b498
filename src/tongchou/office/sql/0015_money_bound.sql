-- Money, law and rights are bound to the sealed record as the registry is (0009): what was asked and decided, vouchers,
-- money sent upward, what banks and the tax office report, running totals, complaints; roles, passwords, tokens, looks,
-- files; areas and the law versions that count. Their rows never end. Columns that change by right are left out.

-- What is known by a text or by two columns gets a number, by which records tell of it.
ALTER TABLE office.area ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE office.token ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE office.token_end ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE office.command_secret ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE office.bank_account ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

-- Nothing of a command or its decision changes. Personal arguments are sealed anew when keys are rotated: their digest
-- is bound, and what is opened is held against it.
SELECT office.bind_rows('command', 'id', 'id, operation, area, arguments, shown, would, asked_by, asked_at', false);
SELECT office.bind_rows('command_secret', 'number', 'number, command, field, digest', false);
SELECT office.bind_rows('decision', 'command', 'command, verdict, decided_by, decided_at, reason, answer', false);
-- The tree a version names has the hash that is its name.
SELECT office.bind_rows('law_version', 'command', 'command, version, counts_from, recorded_at', false);

SELECT office.bind_rows('area', 'number', 'number, code, parent, level, zh, en, path', false);
SELECT office.bind_rows('grant', 'id', 'id, staff, role, area, given_by, given_at, command', false);
SELECT office.bind_rows('grant_end', 'of', 'of, ended_by, ended_at', false);
SELECT office.bind_rows('token', 'number', 'number, digest, staff, purpose, made_at, expires_at', false);
SELECT office.bind_rows('token_end', 'number', 'number, of, ended_by, ended_at', false);
SELECT office.bind_rows('password_set', 'id', 'id, staff, set_by, command, set_at', false);
SELECT office.bind_rows('look', 'id', 'id, at, actor, person, what, purpose', false);
-- A file is sealed anew when keys are rotated; its digest is that of what it says.
SELECT office.bind_rows('file', 'id', 'id, name, digest, area, kept_by, kept_at', false);

SELECT office.bind_rows('bank_account', 'number', 'number, code, area, fund, kind, name, opened_by, opened_at', false);
SELECT office.bind_rows('voucher', 'id', 'id, event, area, fund, on_day, amount, party, reference, note, to_fund, '
                        'law_version, command, made_by, made_at, of_party', false);
SELECT office.bind_rows('voucher_undone', 'voucher', 'voucher, on_day, reason, command, undone_by, undone_at', false);
SELECT office.bind_rows('remittance', 'id', 'id, from_area, to_area, fund, amount, sent_on, reference, command, sent_by, '
                        'sent_at', false);
SELECT office.bind_rows('remittance_arrival', 'remittance', 'remittance, arrived_on, received_by, received_at, reference',
                        false);
SELECT office.bind_rows('remittance_undone', 'remittance', 'remittance, on_day, reason, command, undone_by, undone_at',
                        false);
SELECT office.bind_rows('bank_line', 'id', 'id, account, on_day, reference, amount, said, recorded_by, recorded_at', false);
SELECT office.bind_rows('tax_line', 'id', 'id, area, fund, on_day, reference, amount, recorded_by, recorded_at', false);
SELECT office.bind_rows('complaint', 'id', 'id, area, about, party, said, received_on, recorded_by, recorded_at', false);
SELECT office.bind_rows('complaint_answer', 'complaint', 'complaint, answered_on, upheld, answer, answered_by, '
                        'answered_at', false);
-- The trigger stands on the table of all years and tells of rows that are added through it, as the office does. What is
-- put straight into a year is told by none, and found.
SELECT office.bind_rows('total_change', 'id', 'id, year, person, scheme, area, name, amount, on_day, source, reference, '
                        'reverses, command, fact, recorded_at, recorded_by', false);
