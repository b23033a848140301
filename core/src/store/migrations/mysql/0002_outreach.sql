-- Outreach. The conventions are those of the first file.

-- What a template says, version by version: nothing here is ever changed. The newest version of a name and a language counts.
CREATE TABLE message_template (
    id BINARY(16) NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    language VARCHAR(16) NOT NULL CHECK (language IN ('id', 'en')),
    version BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    -- What WhatsApp approved it as.
    approved_name VARCHAR(255),
    approved_language VARCHAR(16),
    made_by MEDIUMTEXT NOT NULL,
    made_at BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE UNIQUE INDEX message_template_by_name ON message_template (name, language, version);
CREATE TRIGGER message_template_refuses_update BEFORE UPDATE ON message_template
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'message_template is append-only: UPDATE is refused';
CREATE TRIGGER message_template_refuses_delete BEFORE DELETE ON message_template
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'message_template is append-only: DELETE is refused';

-- One text to many.
CREATE TABLE campaign (
    id BINARY(16) NOT NULL PRIMARY KEY,
    name MEDIUMTEXT NOT NULL,
    state VARCHAR(16) NOT NULL CHECK (state IN ('filling', 'running', 'paused', 'cancelled', 'done')),
    -- Who is meant: JSON.
    audience MEDIUMTEXT NOT NULL,
    template_id BINARY(16) NOT NULL,
    reminder_template_id BINARY(16),
    channel VARCHAR(16) NOT NULL,
    fallback VARCHAR(16),
    starts_at BIGINT NOT NULL,
    remind_after_days BIGINT,
    reminders BIGINT NOT NULL,
    -- The last application that was looked at; they are looked at from the newest on.
    fill_cursor BINARY(16),
    -- When everybody had been looked at; none: it is being filled, or is to be when it is resumed.
    filled_at BIGINT,
    -- The provider's code that paused it.
    paused_why VARCHAR(64),
    made_by MEDIUMTEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- Changed by whoever depends on the campaign as it stands.
    held BIGINT NOT NULL DEFAULT 0,
    FOREIGN KEY (template_id) REFERENCES message_template (id),
    FOREIGN KEY (reminder_template_id) REFERENCES message_template (id)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX campaign_by_state ON campaign (state, id);

-- Messages to candidates. Each is here before it leaves, in the transaction of what caused it.
CREATE TABLE outbox_message (
    id BINARY(16) NOT NULL PRIMARY KEY,
    -- The promise: one message for one thing. `invite:APPLICATION:ORDINAL`, with the channel behind it where it falls back. None: it was dropped or has failed,
    -- and gave its key back.
    idempotency_key VARCHAR(128),
    campaign_id BINARY(16) NOT NULL,
    application_id BINARY(16) NOT NULL,
    -- A keyed hash of the number.
    recipient_hash VARBINARY(32) NOT NULL,
    -- E.164.
    phone VARCHAR(32) NOT NULL,
    channel VARCHAR(16) NOT NULL,
    template_id BINARY(16) NOT NULL,
    purpose VARCHAR(16) NOT NULL CHECK (purpose IN ('invitation', 'reminder', 'fallback')),
    -- 0 for the invitation, from 1 for its reminders.
    ordinal BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL CHECK (state IN ('queued', 'sending', 'opened', 'accepted', 'sent', 'delivered', 'read', 'failed', 'uncertain', 'dropped')),
    attempts BIGINT NOT NULL DEFAULT 0,
    -- When it may leave.
    run_at BIGINT NOT NULL,
    -- Until when a worker has it in hand; none: nobody has.
    lease_until BIGINT,
    -- Who has it in hand, or had it last.
    lease_id BINARY(16),
    -- The provider's id.
    provider_id VARCHAR(255),
    error_code VARCHAR(64),
    queued_by MEDIUMTEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    -- When it was taken into hand last; none while it certainly did not leave.
    taken_at BIGINT,
    opened_at BIGINT,
    sent_at BIGINT,
    delivered_at BIGINT,
    read_at BIGINT,
    -- What it said when it was taken into hand last, without her link; none: it never was, or her data is erased.
    body MEDIUMTEXT,
    -- When she is to be reminded, unless she has registered by then.
    remind_at BIGINT,
    judged_by MEDIUMTEXT,
    judged_at BIGINT,
    FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    FOREIGN KEY (application_id) REFERENCES hiring_application (id),
    FOREIGN KEY (template_id) REFERENCES message_template (id)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE UNIQUE INDEX outbox_message_by_key ON outbox_message (idempotency_key);
CREATE UNIQUE INDEX outbox_message_by_provider ON outbox_message (channel, provider_id);
-- What is due next: of each campaign that runs, so that a paused one is not passed over message by message.
CREATE INDEX outbox_message_by_turn ON outbox_message (campaign_id, state, channel, run_at, id);
CREATE INDEX outbox_message_by_campaign ON outbox_message (campaign_id, id);
CREATE INDEX outbox_message_by_application ON outbox_message (application_id);
CREATE INDEX outbox_message_by_recipient ON outbox_message (recipient_hash, taken_at);
CREATE INDEX outbox_message_by_taken ON outbox_message (channel, taken_at);
CREATE INDEX outbox_message_by_lease ON outbox_message (lease_until);
CREATE INDEX outbox_message_by_reminder ON outbox_message (campaign_id, remind_at);

-- What a provider said of a message that is not known (yet): kept for some days.
CREATE TABLE early_word (
    channel VARCHAR(16) NOT NULL,
    provider_id VARCHAR(255) NOT NULL,
    word VARCHAR(16) NOT NULL,
    -- Where it failed: what the refusal asks for.
    refusal VARCHAR(16),
    code VARCHAR(64),
    said_at BIGINT NOT NULL,
    PRIMARY KEY (channel, provider_id, word)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX early_word_by_age ON early_word (said_at);

-- What candidates wrote.
CREATE TABLE heard_message (
    id BINARY(16) NOT NULL PRIMARY KEY,
    channel VARCHAR(16) NOT NULL,
    provider_id VARCHAR(255) NOT NULL,
    -- Whose number it came from.
    application_id BINARY(16),
    recipient_hash VARBINARY(32) NOT NULL,
    body MEDIUMTEXT NOT NULL,
    heard_at BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE UNIQUE INDEX heard_message_by_provider ON heard_message (channel, provider_id);
CREATE INDEX heard_message_by_application ON heard_message (application_id);
CREATE INDEX heard_message_by_recipient ON heard_message (recipient_hash);

-- What a provider calls somebody who may hide her number, and the number behind it: keyed hashes both, so that her stop is heard also after she is erased.
CREATE TABLE sender_name (
    name_hash VARBINARY(32) NOT NULL PRIMARY KEY,
    recipient_hash VARBINARY(32) NOT NULL,
    learned_at BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who consented to what, or took it back, by a keyed hash of the number: no value of a person, so that it outlives what is erased. Nothing here is ever changed.
CREATE TABLE consent_event (
    id BINARY(16) NOT NULL PRIMARY KEY,
    recipient_hash VARBINARY(32) NOT NULL,
    purpose VARCHAR(16) NOT NULL CHECK (purpose IN ('recruitment', 'messages')),
    kind VARCHAR(16) NOT NULL CHECK (kind IN ('given', 'withdrawn')),
    -- Who consented as the owner of an account; none: it is said of the number, whoever has it.
    account_id BINARY(16),
    -- Which text she was shown.
    version VARCHAR(64),
    source VARCHAR(32) NOT NULL,
    actor MEDIUMTEXT NOT NULL,
    at BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX consent_event_by_recipient ON consent_event (recipient_hash, id);
CREATE TRIGGER consent_event_refuses_update BEFORE UPDATE ON consent_event
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'consent_event is append-only: UPDATE is refused';
CREATE TRIGGER consent_event_refuses_delete BEFORE DELETE ON consent_event
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'consent_event is append-only: DELETE is refused';
-- TRUNCATE calls no trigger, but is refused for a table that another one refers to. Nothing is ever written here.
CREATE TABLE consent_event_refuses_truncate (
    id BINARY(16) NOT NULL PRIMARY KEY,
    FOREIGN KEY (id) REFERENCES consent_event (id)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who wants no messages: what the events come to.
CREATE TABLE suppression (
    recipient_hash VARBINARY(32) NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    source VARCHAR(32) NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Numbers that a provider called unreachable by a network, and none has reached since.
CREATE TABLE undeliverable (
    recipient_hash VARBINARY(32) NOT NULL,
    network VARCHAR(16) NOT NULL,
    code VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (recipient_hash, network)
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Changed first by whoever claims on a channel: of several the next one waits, and counts what those before it took.
CREATE TABLE channel_gate (
    channel VARCHAR(16) NOT NULL PRIMARY KEY,
    held BIGINT NOT NULL,
    -- Nothing leaves before: the provider is out of order, or asked for it.
    closed_until BIGINT NOT NULL,
    -- For how long it was closed, in microseconds: the next time is longer.
    closed_for BIGINT NOT NULL
) ENGINE = InnoDB, ROW_FORMAT = DYNAMIC, CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO channel_gate (channel, held, closed_until, closed_for) VALUES ('wa_me', 0, 0, 0), ('whatsapp', 0, 0, 0), ('twilio', 0, 0, 0), ('zenziva', 0, 0, 0), ('vonage', 0, 0, 0), ('file', 0, 0, 0);
