-- Rows of a sheet that a job did not take, kept in the transaction of their chunk, so that a job that stops and goes on
-- gives back one file with every row's reason.
CREATE TABLE office.job_row (
    job bigint NOT NULL REFERENCES office.job,
    row_number int NOT NULL CHECK (row_number >= 0),
    code text NOT NULL,
    field text NOT NULL,
    zh text NOT NULL,
    en text NOT NULL,
    PRIMARY KEY (job, row_number)
);
SELECT office.append_only('office.job_row');
