-- What is left of somebody whose data was erased: a hash of each phone number, address and portal's row that was hers, keyed outside the database. Who
-- copies this table learns nothing of it; a row of a file that has one of them is a question before she is here again.
CREATE TABLE erased_identifier (
    hash BINARY(32) NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Whoever came of age (who is here for as long as data is kept) and is kept longer: when something was heard of her last, as far as was known when she was looked at. Who is
-- not here has not come of age, so a million applications that an import brings write nothing here.
CREATE TABLE retention_turn (
    application_id BINARY(16) NOT NULL PRIMARY KEY,
    heard_at BIGINT NOT NULL,
    FOREIGN KEY (application_id) REFERENCES hiring_application (id)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX retention_turn_by_time ON retention_turn (heard_at, application_id);

-- Of whom something is known at an instant that lies ahead of the clock: one was ahead when it was written. It was written before the daily job saw it first, so she is not kept
-- for as long as that clock said. When the clock comes to it, or was set back before it was seen, the row goes.
CREATE TABLE retention_ahead (
    -- Her application; her account where she has none.
    id BINARY(16) NOT NULL PRIMARY KEY,
    -- The newest instant of hers.
    ahead BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What is done once a day, by whichever process comes first.
CREATE TABLE daily_task (
    task VARCHAR(32) NOT NULL PRIMARY KEY,
    -- The last day on which it was done to its end: days since 1970-01-01, of UTC.
    day BIGINT NOT NULL,
    -- When somebody began it; 0: nobody is at it.
    begun_at BIGINT NOT NULL,
    -- Until which instant it has looked at everybody, by the clock that it went by.
    reached BIGINT,
    -- How far it has come, where it goes on from day to day.
    passed BINARY(16)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO daily_task (task, day, begun_at) VALUES ('retention', 0, 0);
