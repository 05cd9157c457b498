-- Counting the people of all units of an area reads this index alone: status and days stand in it.
DROP INDEX office.enrolment_employer;
CREATE INDEX enrolment_employer ON office.enrolment (employer, person) INCLUDE (status, in_force)
    WHERE recorded_to = 'infinity';
