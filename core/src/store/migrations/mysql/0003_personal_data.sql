-- What is left of somebody whose data was erased: a hash of each phone number, address and portal's row that was hers, keyed outside the database. Who
-- copies this table learns nothing of it; a row of a file that has one of them is a question before she is here again.
CREATE TABLE erased_identifier (
    hash BINARY(32) NOT NULL PRIMARY KEY,
    application_id BINARY(16) NOT NULL,
    at BIGINT NOT NULL,
    FOREIGN KEY (application_id) REFERENCES hiring_application (id)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
