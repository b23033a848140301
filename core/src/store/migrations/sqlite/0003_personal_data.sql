-- What is left of somebody whose data was erased: a hash of each phone number, address and portal's row that was hers, keyed outside the database. Who
-- copies this table learns nothing of it; a row of a file that has one of them is a question before she is here again.
CREATE TABLE erased_identifier (
    hash BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES hiring_application (id),
    at INTEGER NOT NULL
) WITHOUT ROWID;
