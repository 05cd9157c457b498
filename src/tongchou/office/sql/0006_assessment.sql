-- Complaints about a county's office or an insurer, and their answers: a part of the regular assessment.
CREATE TABLE office.complaint (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area text NOT NULL REFERENCES office.area,
    about text NOT NULL CHECK (about IN ('office', 'insurer')),
    party text NOT NULL DEFAULT '',
    said text NOT NULL CHECK (said <> ''),
    received_on date NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((about = 'insurer') = (party <> ''))
);
CREATE INDEX complaint_area ON office.complaint (area, received_on);
CREATE TABLE office.complaint_answer (
    complaint bigint PRIMARY KEY REFERENCES office.complaint,
    answered_on date NOT NULL,
    upheld boolean NOT NULL,
    answer text NOT NULL CHECK (answer <> ''),
    answered_by text NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT office.append_only('office.complaint');
SELECT office.append_only('office.complaint_answer');
