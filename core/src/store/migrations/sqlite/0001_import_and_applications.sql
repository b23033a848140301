-- Instants (`*_at`) are microseconds since 1970-01-01 UTC; dates and Jakarta times are ISO 8601 text; ids are UUIDv7.
-- A JSON document is text that only the program reads.

-- One file that somebody dropped: a draft until it is committed.
CREATE TABLE import_batch (
    id BLOB NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    portal TEXT NOT NULL,
    sheet TEXT,
    -- What the reader understood (layout, mapping, samples): JSON that the reader owns.
    description TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staging', 'ready', 'committed', 'undone', 'failed', 'discarded')),
    -- 1: belongs to one run of the command line and is swept when that run died.
    ephemeral INTEGER NOT NULL DEFAULT 0,
    row_count INTEGER NOT NULL DEFAULT 0,
    new_count INTEGER NOT NULL DEFAULT 0,
    repeat_count INTEGER NOT NULL DEFAULT 0,
    duplicate_count INTEGER NOT NULL DEFAULT 0,
    match_count INTEGER NOT NULL DEFAULT 0,
    review_count INTEGER NOT NULL DEFAULT 0,
    rejected_count INTEGER NOT NULL DEFAULT 0,
    -- The applications that this batch mints have ids in this range (and so stand together on disk).
    first_application BLOB,
    last_application BLOB,
    undo TEXT,
    problem TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    committed_at INTEGER,
    undone_at INTEGER,
    -- What was known of the erased when it was begun: how many hashes, and the newest instant.
    erased_hashes INTEGER NOT NULL DEFAULT 0,
    erased_newest INTEGER NOT NULL DEFAULT 0,
    -- 1: its rows that became nobody's have been kept for long enough, and are blank.
    cleared INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX import_batch_by_sha256 ON import_batch (sha256);

-- Every row of every file, with what was understood and what came of it.
CREATE TABLE import_row (
    batch_id BLOB NOT NULL,
    row_no INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('new', 'repeat', 'duplicate', 'match', 'review', 'rejected')),
    reason TEXT,
    -- Bits: 1 a problem, 2 a repair, 4 edited by hand, 8 erased.
    marks INTEGER NOT NULL DEFAULT 0,
    -- What this row is known by when it comes again: see `application_source.source_key`.
    source_key BLOB,
    -- Where the row goes: the application that a `new` row will be, or the one that it joins.
    application_id BLOB,
    -- The earlier row of this file that it is the same person as.
    target_row INTEGER,
    -- For a row in review: every earlier row of this file that it may be, as a JSON array.
    candidate_rows TEXT,
    -- For a row in review: how likely it was the likeliest of those whom it may be when it was planned, in millionths; none where nobody is named.
    score INTEGER,
    decision TEXT CHECK (decision IN ('same', 'different', 'shared', 'discard')),
    decision_application BLOB,
    decided_by TEXT,
    decided_at INTEGER,
    -- The row as compact JSON: raw cells, cleaned values, repairs, problems.
    content TEXT NOT NULL,
    PRIMARY KEY (batch_id, row_no)
);

-- Rows of committed batches that wait for a person, and those that a person decided. What waits or was discarded is not asked about when it comes
-- again.
CREATE TABLE review_item (
    batch_id BLOB NOT NULL,
    row_no INTEGER NOT NULL,
    reason TEXT NOT NULL,
    portal TEXT NOT NULL,
    source_key BLOB,
    -- When a person decided it; none while it waits.
    decided_at INTEGER,
    discarded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (batch_id, row_no),
    FOREIGN KEY (batch_id, row_no) REFERENCES import_row (batch_id, row_no)
) WITHOUT ROWID;
CREATE INDEX review_item_by_source ON review_item (source_key);
CREATE INDEX review_item_by_decision ON review_item (decided_at, batch_id, row_no);

-- Decisions that were taken back: who had decided what, and who took it back.
CREATE TABLE reversed_decision (
    batch_id BLOB NOT NULL,
    row_no INTEGER NOT NULL,
    reversed_at INTEGER NOT NULL,
    reversed_by TEXT NOT NULL,
    decision TEXT NOT NULL,
    decision_application BLOB,
    decided_by TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (batch_id, row_no, reversed_at)
) WITHOUT ROWID;

-- One person's application, whichever door she came through.
CREATE TABLE hiring_application (
    id BLOB NOT NULL PRIMARY KEY,
    full_name TEXT NOT NULL,
    -- A hash of name and birth date; none without a birth date. application_likeness finds it.
    match_key INTEGER,
    phone TEXT,
    email TEXT,
    birth_date TEXT,
    gender TEXT,
    location TEXT,
    position TEXT,
    applied_at TEXT,
    education TEXT,
    -- What those words mean, where they mean something: a level, months.
    education_level TEXT,
    experience TEXT,
    experience_months INTEGER,
    expected_salary INTEGER,
    expected_salary_max INTEGER,
    resume_url TEXT,
    portal TEXT NOT NULL,
    source_ref TEXT,
    portal_status TEXT,
    -- What that word means at the portal. It moves nobody here.
    portal_standing TEXT,
    answers TEXT,
    extras TEXT,
    user_id BLOB,
    -- The import that made it; none for one that she made herself by registering.
    batch_id BLOB,
    -- The newest record of status_history, kept here for lists; written in the same transaction.
    stage TEXT NOT NULL,
    sub_state TEXT NOT NULL,
    -- Grows with every edit by hand.
    version INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    -- Whom she turned out to be: the application that shows her, itself merged into nobody. She is in no list of her own then, and her keys lead
    -- there; her sources, identifiers and history stay hers.
    merged_into BLOB REFERENCES hiring_application (id),
    -- Set when the import that made it was undone: it is in no list any more, its history stays.
    removed_at INTEGER,
    -- Set when her data was erased: every value is gone, it is in no list any more, and the funnel counts it as before.
    erased_at INTEGER,
    CHECK (merged_into <> id),
    CHECK (merged_into IS NULL OR removed_at IS NULL)
);
-- An account has one application: of two that were merged, the one that shows both.
CREATE UNIQUE INDEX hiring_application_by_user ON hiring_application (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX hiring_application_by_merged_into ON hiring_application (merged_into) WHERE merged_into IS NOT NULL;

-- Every phone number and address of an application that has a normal form.
-- Applications are never deleted (an undo sets removed_at), so no foreign key is paid for on the four million rows of a large import here
-- and in identifier_claim; `satu doctor` compares the two.
CREATE TABLE application_identifier (
    application_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'email')),
    value TEXT NOT NULL,
    -- The cell's part that it was read from, where that differs.
    raw TEXT,
    -- 1: it keys this person, and identifier_claim says so. 0: a contact only.
    keyed INTEGER NOT NULL,
    -- The import that brought it.
    batch_id BLOB,
    PRIMARY KEY (application_id, kind, value)
) WITHOUT ROWID;

-- The promise: an identifier belongs to at most one application. No application: a family shares it, and it keys nobody.
CREATE TABLE identifier_claim (
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'email')),
    value TEXT NOT NULL,
    application_id BLOB,
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;

-- Identifiers that could key an application and do not: a family shares them, or the claim is somebody else's. There is always a claim while a
-- row is here; when it falls to nobody, the oldest application here has it next. Apart from application_identifier, since few rows need finding.
CREATE TABLE barred_identifier (
    kind TEXT NOT NULL CHECK (kind IN ('phone', 'email')),
    value TEXT NOT NULL,
    application_id BLOB NOT NULL,
    -- The import that brought it.
    batch_id BLOB,
    PRIMARY KEY (kind, value, application_id)
) WITHOUT ROWID;
CREATE INDEX barred_identifier_by_application ON barred_identifier (application_id);

-- The doors that an application came through.
CREATE TABLE application_source (
    application_id BLOB NOT NULL REFERENCES hiring_application (id),
    -- A hash of portal and portal id, or of portal and the row's meaning.
    source_key BLOB NOT NULL,
    portal TEXT NOT NULL,
    source_ref TEXT,
    batch_id BLOB,
    row_no INTEGER,
    -- Why it joined an application that was already there: JSON.
    evidence TEXT,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (application_id, source_key)
) WITHOUT ROWID;

-- A row of a portal is a source of at most one application. Apart from application_source, as identifier_claim is apart from
-- application_identifier: an import claims its keys at its end, sorted, where an index on a hash would be written all over for every row.
CREATE TABLE source_claim (
    source_key BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL
) WITHOUT ROWID;

-- Who has that name and birth date, for suggestions only. A table of its own, filled sorted at an import's end as source_claim is.
CREATE TABLE application_likeness (
    match_key INTEGER NOT NULL,
    application_id BLOB NOT NULL,
    PRIMARY KEY (match_key, application_id)
) WITHOUT ROWID;

-- The lifecycle: the newest record is the status.
CREATE TABLE status_history (
    application_id BLOB NOT NULL REFERENCES hiring_application (id),
    seq INTEGER NOT NULL,
    stage TEXT NOT NULL,
    sub_state TEXT NOT NULL,
    -- Reason codes as a JSON array.
    reasons TEXT NOT NULL DEFAULT '[]',
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (application_id, seq)
) WITHOUT ROWID;
CREATE TRIGGER status_history_refuses_update BEFORE UPDATE ON status_history
BEGIN SELECT RAISE(ABORT, 'status_history is append-only: UPDATE is refused'); END;
CREATE TRIGGER status_history_refuses_delete BEFORE DELETE ON status_history
BEGIN SELECT RAISE(ABORT, 'status_history is append-only: DELETE is refused'); END;
-- A REPLACE deletes without a word to the trigger above, unless recursive_triggers is on, which whoever opens the file decides. So do the others below.
CREATE TRIGGER status_history_refuses_replace BEFORE INSERT ON status_history
WHEN EXISTS (SELECT 1 FROM status_history WHERE application_id = NEW.application_id AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'status_history is append-only: REPLACE is refused'); END;

-- What the history says, counted as it is written: one row for each way that applicants of a chunk went at one instant, so an import of a million is a
-- thousand rows. Fewer than none: those that are taken back, since an import was undone, two were merged, or a record was corrected. Nobody
-- changes another one's row but for the mark of who added it to `status_sum`.
CREATE TABLE status_flow (
    id BLOB NOT NULL PRIMARY KEY,
    -- The instant of the records that are counted, and its day in Jakarta, numbered from 1970-01-01.
    at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    -- A hash of the columns below it.
    way INTEGER NOT NULL,
    -- The portal that they came through first.
    portal TEXT NOT NULL,
    stage TEXT NOT NULL,
    sub_state TEXT NOT NULL,
    -- Empty: they begin.
    from_stage TEXT NOT NULL,
    from_sub_state TEXT NOT NULL,
    -- How long they had stood there: a step of the scale of waits; -1 where they begin.
    waited INTEGER NOT NULL,
    -- Reason codes as a JSON array.
    reasons TEXT NOT NULL,
    records INTEGER NOT NULL,
    -- The number of the run that added it; 0: none has yet.
    folded INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX status_flow_by_time ON status_flow (at);
CREATE INDEX status_flow_by_run ON status_flow (folded, at);

-- The same, summed by blocks of 1, 8, 64 and 512 days (levels 0 to 3) and way: what is asked is sums of some hundred blocks at most.
CREATE TABLE status_sum (
    level INTEGER NOT NULL,
    -- The number of its days by that of days in a block.
    block INTEGER NOT NULL,
    way INTEGER NOT NULL,
    records INTEGER NOT NULL,
    PRIMARY KEY (level, block, way)
) WITHOUT ROWID;
-- What the ways of `status_sum` are.
CREATE TABLE status_way (
    way INTEGER NOT NULL PRIMARY KEY,
    -- The portal that they came through first.
    portal TEXT NOT NULL,
    stage TEXT NOT NULL,
    sub_state TEXT NOT NULL,
    -- Empty: they begin.
    from_stage TEXT NOT NULL,
    from_sub_state TEXT NOT NULL,
    -- How long they had stood there: a step of the scale of waits; -1 where they begin.
    waited INTEGER NOT NULL,
    -- Reason codes as a JSON array.
    reasons TEXT NOT NULL
) WITHOUT ROWID;
-- One row, changed by whoever adds: of two who do it at once the second waits.
CREATE TABLE status_fold (
    one INTEGER NOT NULL PRIMARY KEY,
    runs INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO status_fold (one, runs) VALUES (1, 0);

-- Who was said to be whom, and by whom: nothing here is ever changed. A record that takes another one back names it, and no other may.
CREATE TABLE link_event (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('merged', 'unmerged', 'told_apart', 'reconsidered')),
    -- Merged: the one that shows both from then on.
    application_id BLOB NOT NULL REFERENCES hiring_application (id),
    -- Merged: the one that went into it.
    other_id BLOB NOT NULL REFERENCES hiring_application (id),
    -- The event that this one takes back.
    reverses BLOB REFERENCES link_event (id),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    CHECK ((reverses IS NULL) = (kind IN ('merged', 'told_apart')))
) WITHOUT ROWID;
CREATE UNIQUE INDEX link_event_by_reverses ON link_event (reverses);
CREATE INDEX link_event_by_application ON link_event (application_id);
CREATE INDEX link_event_by_other ON link_event (other_id);
CREATE TRIGGER link_event_refuses_update BEFORE UPDATE ON link_event
BEGIN SELECT RAISE(ABORT, 'link_event is append-only: UPDATE is refused'); END;
CREATE TRIGGER link_event_refuses_delete BEFORE DELETE ON link_event
BEGIN SELECT RAISE(ABORT, 'link_event is append-only: DELETE is refused'); END;
CREATE TRIGGER link_event_refuses_replace BEFORE INSERT ON link_event
WHEN EXISTS (SELECT 1 FROM link_event WHERE id = NEW.id OR reverses = NEW.reverses)
BEGIN SELECT RAISE(ABORT, 'link_event is append-only: REPLACE is refused'); END;

-- What an event says in words and values of people. Apart from it, since this is erased with them: a merge without a row here has lost it so.
CREATE TABLE link_value (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES link_event (id),
    -- Why, in words of the one who said so.
    reason TEXT,
    -- What spoke for and against when it was decided: JSON.
    evidence TEXT,
    -- Merged: field by field whose value won, with the values that stood before and after; and an account that came along: JSON.
    choices TEXT
) WITHOUT ROWID;

-- Pairs that are two people, as somebody said and nobody has reconsidered. The smaller id stands first, so a pair stands here once.
CREATE TABLE told_apart (
    first_id BLOB NOT NULL REFERENCES hiring_application (id),
    second_id BLOB NOT NULL REFERENCES hiring_application (id),
    event_id BLOB NOT NULL REFERENCES link_event (id),
    PRIMARY KEY (first_id, second_id),
    CHECK (first_id < second_id)
) WITHOUT ROWID;
CREATE INDEX told_apart_by_second ON told_apart (second_id);

-- Accounts: who signs in. The phone number is hers alone, proven when she registered: of two who register with it at once the database keeps one.
CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    -- E.164.
    phone VARCHAR(32) NOT NULL UNIQUE,
    email TEXT,
    -- When control of the address was shown; none: it is only what she typed.
    email_proven_at INTEGER,
    full_name TEXT NOT NULL,
    birth_date TEXT,
    -- argon2id in PHC form, with a pepper that stands outside the database.
    pin_hash TEXT NOT NULL,
    -- Counts the times that her PIN was reset: what was handed to a device before is void.
    epoch INTEGER NOT NULL DEFAULT 0,
    -- Changed by whoever depends on the account as it stands.
    held INTEGER NOT NULL DEFAULT 0,
    -- Since when operations have her activated, and by which application's contract; none: they do not. It counts while that application is hers.
    activated_at INTEGER,
    activated_for BLOB,
    -- Since when she consents to be recruited no more; none: she does. It is what her newest word in `consent_event` comes to.
    withdrawn_at INTEGER,
    -- Set when her data was erased: nobody signs in by it any more.
    erased_at INTEGER,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX account_by_withdrawal ON account (withdrawn_at) WHERE withdrawn_at IS NOT NULL;

-- Who activated whom, or took it back, and when: nothing here is ever changed. `account.activated_at` is what it comes to.
CREATE TABLE activation_event (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    application_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('activated', 'deactivated')),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (account_id) REFERENCES account (id),
    FOREIGN KEY (application_id) REFERENCES hiring_application (id)
) WITHOUT ROWID;
CREATE TRIGGER activation_event_refuses_update BEFORE UPDATE ON activation_event
BEGIN SELECT RAISE(ABORT, 'activation_event is append-only: UPDATE is refused'); END;
CREATE TRIGGER activation_event_refuses_delete BEFORE DELETE ON activation_event
BEGIN SELECT RAISE(ABORT, 'activation_event is append-only: DELETE is refused'); END;
CREATE TRIGGER activation_event_refuses_replace BEFORE INSERT ON activation_event
WHEN EXISTS (SELECT 1 FROM activation_event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'activation_event is append-only: REPLACE is refused'); END;

-- What HR is asked about an account: whether an application is hers, or whether two applications are one person's. Settled ones stay.
CREATE TABLE account_question (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    application_id BLOB NOT NULL,
    -- The other application, where two are suspected to be one person's.
    other_id BLOB,
    why TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    settled_at INTEGER,
    settled_by TEXT,
    -- What was said (hers, another), or why it is asked no more (withdrawn: what it followed from was taken back).
    outcome TEXT,
    FOREIGN KEY (account_id) REFERENCES account (id),
    FOREIGN KEY (application_id) REFERENCES hiring_application (id)
) WITHOUT ROWID;
CREATE INDEX account_question_by_account ON account_question (account_id);
CREATE INDEX account_question_by_settled ON account_question (settled_at, id);

-- What HR answered, and that an answer was taken back: nothing here is ever changed. A record that takes another one back names it, and no other may.
CREATE TABLE account_answer (
    id BLOB NOT NULL PRIMARY KEY,
    question_id BLOB NOT NULL REFERENCES account_question (id),
    -- The answer that this one takes back.
    reverses BLOB REFERENCES account_answer (id),
    -- What was said: hers, another; none: that an answer is taken back.
    outcome TEXT CHECK (outcome IN ('hers', 'another')),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- What followed, for whoever takes it back: JSON of ids and words, nothing of a person.
    done TEXT,
    CHECK ((reverses IS NULL) = (outcome IS NOT NULL))
) WITHOUT ROWID;
CREATE UNIQUE INDEX account_answer_by_reverses ON account_answer (reverses);
CREATE INDEX account_answer_by_question ON account_answer (question_id);
CREATE TRIGGER account_answer_refuses_update BEFORE UPDATE ON account_answer
BEGIN SELECT RAISE(ABORT, 'account_answer is append-only: UPDATE is refused'); END;
CREATE TRIGGER account_answer_refuses_delete BEFORE DELETE ON account_answer
BEGIN SELECT RAISE(ABORT, 'account_answer is append-only: DELETE is refused'); END;
CREATE TRIGGER account_answer_refuses_replace BEFORE INSERT ON account_answer
WHEN EXISTS (SELECT 1 FROM account_answer WHERE id = NEW.id OR reverses = NEW.reverses)
BEGIN SELECT RAISE(ABORT, 'account_answer is append-only: REPLACE is refused'); END;

-- The one code that was last sent to a number or an address: never the digits, a hash that is keyed outside the database.
CREATE TABLE one_time_code (
    kind VARCHAR(16) NOT NULL,
    value TEXT NOT NULL,
    purpose TEXT NOT NULL,
    -- Who asked for it holds this.
    request BLOB NOT NULL,
    hash BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    checks INTEGER NOT NULL,
    spent_at INTEGER,
    -- Sendings since then.
    window_since INTEGER NOT NULL,
    window_count INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
) WITHOUT ROWID;
CREATE INDEX one_time_code_by_age ON one_time_code (sent_at);

-- One-time codes that were sent in a day: in all, and to each block of numbers.
CREATE TABLE code_budget (
    -- Days since 1970-01-01, of UTC.
    day INTEGER NOT NULL,
    -- `phone`, `email`, or the beginning of the numbers of a block.
    spent_on VARCHAR(32) NOT NULL,
    sent INTEGER NOT NULL,
    PRIMARY KEY (day, spent_on)
) WITHOUT ROWID;

-- Wrong PINs in a row by a keyed hash of the number, whether an account has it or not: nobody learns from a lockout who has one.
CREATE TABLE pin_attempt (
    hash BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    tried_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX pin_attempt_by_age ON pin_attempt (tried_at);

-- A device that is signed in. Its refresh tokens are told by their generation: the newest is good, an older one that comes again ends the session.
CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    generation INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_why TEXT,
    FOREIGN KEY (account_id) REFERENCES account (id)
) WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account_id);

-- An invitation to register, sent to one number for one application: never the token, a hash that is keyed outside the database.
CREATE TABLE invitation (
    hash BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL,
    phone VARCHAR(32) NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    FOREIGN KEY (application_id) REFERENCES hiring_application (id)
) WITHOUT ROWID;
CREATE INDEX invitation_by_application ON invitation (application_id);

-- Those who work here. Their names stand in histories, so nobody is ever deleted.
CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY,
    -- What she signs in with, and what her changes are recorded under: in lower case.
    name VARCHAR(64) NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'recruiter', 'admin')),
    -- argon2id in PHC form, with a pepper that stands outside the database.
    password_hash TEXT NOT NULL,
    -- 1: somebody else gave her the password, and she has to choose her own.
    password_due INTEGER NOT NULL,
    -- Since when the password is hers.
    password_at INTEGER NOT NULL,
    -- Counts the second factors that were offered, and whatever made an offer void: a secret is made of the number, and stands nowhere.
    totp_offered INTEGER NOT NULL DEFAULT 0,
    -- The number of the one that counts.
    totp_epoch INTEGER NOT NULL DEFAULT 0,
    -- Since when the second factor counts; none: she has none.
    totp_since INTEGER,
    -- The step of the digits that were used last: none are good twice.
    totp_step INTEGER NOT NULL DEFAULT 0,
    disabled_at INTEGER,
    -- Changed by whoever depends on her as she stands.
    held INTEGER NOT NULL DEFAULT 0,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL
) WITHOUT ROWID;

-- A browser or a desktop where somebody who works here is signed in. Its token stands nowhere: it is a keyed hash of the id.
CREATE TABLE staff_session (
    id BLOB NOT NULL PRIMARY KEY,
    staff_id BLOB NOT NULL,
    device TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    ended_at INTEGER,
    FOREIGN KEY (staff_id) REFERENCES staff (id)
) WITHOUT ROWID;
CREATE INDEX staff_session_by_staff ON staff_session (staff_id);

-- Who was about to do what: written before it is done. Nothing here is ever changed.
CREATE TABLE audit_event (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    -- The name that stood then, and who it was; none: the owner of a database that nobody was added to, whoever ran a command, or the program itself.
    actor TEXT NOT NULL,
    staff_id BLOB,
    -- The route, and the path that was asked.
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    request TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX audit_event_by_actor ON audit_event (actor, id);
CREATE TRIGGER audit_event_refuses_update BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only: UPDATE is refused'); END;
CREATE TRIGGER audit_event_refuses_delete BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only: DELETE is refused'); END;
CREATE TRIGGER audit_event_refuses_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only: REPLACE is refused'); END;

-- What came of it, an HTTP status; none: the process ended before.
CREATE TABLE audit_answer (
    id BLOB NOT NULL PRIMARY KEY,
    status INTEGER NOT NULL,
    FOREIGN KEY (id) REFERENCES audit_event (id)
) WITHOUT ROWID;
CREATE TRIGGER audit_answer_refuses_update BEFORE UPDATE ON audit_answer
BEGIN SELECT RAISE(ABORT, 'audit_answer is append-only: UPDATE is refused'); END;
CREATE TRIGGER audit_answer_refuses_delete BEFORE DELETE ON audit_answer
BEGIN SELECT RAISE(ABORT, 'audit_answer is append-only: DELETE is refused'); END;
CREATE TRIGGER audit_answer_refuses_replace BEFORE INSERT ON audit_answer
WHEN EXISTS (SELECT 1 FROM audit_answer WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit_answer is append-only: REPLACE is refused'); END;

-- What HR confirmed for a set of headers.
CREATE TABLE remembered_mapping (
    header_key TEXT NOT NULL PRIMARY KEY,
    portal TEXT NOT NULL,
    columns TEXT NOT NULL,
    remembered_by TEXT NOT NULL,
    remembered_at INTEGER NOT NULL
);

-- What a request was answered under the key that its sender gave it (`Idempotency-Key`): JSON, kept for a day.
CREATE TABLE kept_answer (
    request_key TEXT NOT NULL PRIMARY KEY,
    answer TEXT NOT NULL,
    kept_at INTEGER NOT NULL
);
CREATE INDEX kept_answer_by_age ON kept_answer (kept_at);
