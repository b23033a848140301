-- Outreach. The conventions are those of the first file.

-- What a template says, version by version: nothing here is ever changed. The newest version of a name and a language counts.
CREATE TABLE message_template (
    id UUID NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    language VARCHAR(16) NOT NULL CHECK (language IN ('id', 'en')),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- What WhatsApp approved it as.
    approved_name VARCHAR(255),
    approved_language VARCHAR(16),
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_template_by_name ON message_template (name, language, version);
CREATE TRIGGER message_template_refuses_change BEFORE UPDATE OR DELETE ON message_template
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER message_template_refuses_truncate BEFORE TRUNCATE ON message_template
FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- One text to many.
CREATE TABLE campaign (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state VARCHAR(16) NOT NULL CHECK (state IN ('filling', 'running', 'paused', 'cancelled', 'done')),
    -- Who is meant: JSON.
    audience TEXT NOT NULL,
    template_id UUID NOT NULL,
    reminder_template_id UUID,
    channel VARCHAR(16) NOT NULL,
    fallback VARCHAR(16),
    starts_at BIGINT NOT NULL,
    remind_after_days BIGINT,
    reminders BIGINT NOT NULL,
    -- The last application that was looked at; they are looked at from the newest on.
    fill_cursor UUID,
    -- When everybody had been looked at; none: it is being filled, or is to be when it is resumed.
    filled_at BIGINT,
    -- The provider's code that paused it.
    paused_why VARCHAR(64),
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT,
    -- Changed by whoever depends on the campaign as it stands.
    held BIGINT NOT NULL DEFAULT 0,
    FOREIGN KEY (template_id) REFERENCES message_template (id),
    FOREIGN KEY (reminder_template_id) REFERENCES message_template (id)
);
CREATE INDEX campaign_by_state ON campaign (state, id);

-- Messages to candidates. Each is here before it leaves, in the transaction of what caused it.
CREATE TABLE outbox_message (
    id UUID NOT NULL PRIMARY KEY,
    -- The promise: one message for one thing. `invite:APPLICATION:ORDINAL`, with the channel behind it where it falls back. None: it was dropped or has failed,
    -- and gave its key back.
    idempotency_key VARCHAR(128),
    campaign_id UUID NOT NULL,
    application_id UUID NOT NULL,
    -- A keyed hash of the number.
    recipient_hash BYTEA NOT NULL,
    -- E.164.
    phone VARCHAR(32) NOT NULL,
    channel VARCHAR(16) NOT NULL,
    template_id UUID NOT NULL,
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
    lease_id UUID,
    -- The provider's id.
    provider_id VARCHAR(255),
    error_code VARCHAR(64),
    queued_by TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    -- When it was taken into hand last; none while it certainly did not leave.
    taken_at BIGINT,
    opened_at BIGINT,
    sent_at BIGINT,
    delivered_at BIGINT,
    read_at BIGINT,
    -- What it said when it was taken into hand last, without her link; none: it never was, or her data is erased.
    body TEXT,
    -- When she is to be reminded, unless she has registered by then.
    remind_at BIGINT,
    judged_by TEXT,
    judged_at BIGINT,
    FOREIGN KEY (campaign_id) REFERENCES campaign (id),
    FOREIGN KEY (application_id) REFERENCES hiring_application (id),
    FOREIGN KEY (template_id) REFERENCES message_template (id)
);
CREATE UNIQUE INDEX outbox_message_by_key ON outbox_message (idempotency_key);
CREATE UNIQUE INDEX outbox_message_by_provider ON outbox_message (channel, provider_id) WHERE provider_id IS NOT NULL;
-- What is due next: of each campaign that runs, so that a paused one is not passed over message by message.
CREATE INDEX outbox_message_by_turn ON outbox_message (campaign_id, state, channel, run_at, id);
CREATE INDEX outbox_message_by_campaign ON outbox_message (campaign_id, id);
CREATE INDEX outbox_message_by_application ON outbox_message (application_id);
CREATE INDEX outbox_message_by_recipient ON outbox_message (recipient_hash, taken_at);
CREATE INDEX outbox_message_by_taken ON outbox_message (channel, taken_at) WHERE taken_at IS NOT NULL;
CREATE INDEX outbox_message_by_lease ON outbox_message (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX outbox_message_by_reminder ON outbox_message (campaign_id, remind_at) WHERE remind_at IS NOT NULL;

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
);
CREATE INDEX early_word_by_age ON early_word (said_at);

-- What candidates wrote.
CREATE TABLE heard_message (
    id UUID NOT NULL PRIMARY KEY,
    channel VARCHAR(16) NOT NULL,
    provider_id VARCHAR(255) NOT NULL,
    -- Whose number it came from.
    application_id UUID,
    recipient_hash BYTEA NOT NULL,
    body TEXT NOT NULL,
    heard_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX heard_message_by_provider ON heard_message (channel, provider_id);
CREATE INDEX heard_message_by_application ON heard_message (application_id);
CREATE INDEX heard_message_by_recipient ON heard_message (recipient_hash);

-- What a provider calls somebody who may hide her number, and the number behind it: keyed hashes both, so that her stop is heard also after she is erased.
CREATE TABLE sender_name (
    name_hash BYTEA NOT NULL PRIMARY KEY,
    recipient_hash BYTEA NOT NULL,
    learned_at BIGINT NOT NULL
);

-- Who consented to what, or took it back, by a keyed hash of the number: no value of a person, so that it outlives what is erased. Nothing here is ever changed.
CREATE TABLE consent_event (
    id UUID NOT NULL PRIMARY KEY,
    recipient_hash BYTEA NOT NULL,
    purpose VARCHAR(16) NOT NULL CHECK (purpose IN ('recruitment', 'messages')),
    kind VARCHAR(16) NOT NULL CHECK (kind IN ('given', 'withdrawn')),
    -- Who consented as the owner of an account; none: it is said of the number, whoever has it.
    account_id UUID,
    -- Which text she was shown.
    version VARCHAR(64),
    source VARCHAR(32) NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX consent_event_by_recipient ON consent_event (recipient_hash, id);
CREATE TRIGGER consent_event_refuses_change BEFORE UPDATE OR DELETE ON consent_event
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER consent_event_refuses_truncate BEFORE TRUNCATE ON consent_event
FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Who wants no messages: what the events come to.
CREATE TABLE suppression (
    recipient_hash BYTEA NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL,
    source VARCHAR(32) NOT NULL
);

-- Numbers that a provider called unreachable by a network, and none has reached since.
CREATE TABLE undeliverable (
    recipient_hash BYTEA NOT NULL,
    network VARCHAR(16) NOT NULL,
    code VARCHAR(64) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (recipient_hash, network)
);

-- Changed first by whoever claims on a channel: of several the next one waits, and counts what those before it took.
CREATE TABLE channel_gate (
    channel VARCHAR(16) NOT NULL PRIMARY KEY,
    held BIGINT NOT NULL,
    -- Nothing leaves before: the provider is out of order, or asked for it.
    closed_until BIGINT NOT NULL,
    -- For how long it was closed, in microseconds: the next time is longer.
    closed_for BIGINT NOT NULL
);
INSERT INTO channel_gate (channel, held, closed_until, closed_for) VALUES ('wa_me', 0, 0, 0), ('whatsapp', 0, 0, 0), ('twilio', 0, 0, 0), ('zenziva', 0, 0, 0), ('vonage', 0, 0, 0), ('file', 0, 0, 0);
