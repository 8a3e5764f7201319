-- Everything is named loyalty_*, so that the tables may live in the host's own database.
-- Instants are whole microseconds since 1970-01-01T00:00Z; amounts are in a point's smallest units.
-- Rows that must last (entry, effect, claim) hold the member's number only; what can name a person (member, event_body,
-- state, inbox, outbox) can be erased.

CREATE TABLE loyalty_schema (
    version INTEGER PRIMARY KEY,
    name    TEXT NOT NULL
);

CREATE TABLE loyalty_meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE loyalty_plan (
    number INTEGER PRIMARY KEY,
    hash   TEXT NOT NULL UNIQUE
);

CREATE TABLE loyalty_program (
    number   INTEGER PRIMARY KEY,           -- in order of adoption
    hash     TEXT NOT NULL,                 -- of the document
    name     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    plan     TEXT NOT NULL,                 -- hash of the plan it was lowered to
    adopted  INTEGER,                       -- NULL: from the beginning
    document TEXT NOT NULL
);

CREATE TABLE loyalty_member (
    number INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE
);

CREATE TABLE loyalty_event (
    seq      INTEGER PRIMARY KEY,           -- in order of arrival
    id       TEXT NOT NULL UNIQUE,
    member   INTEGER NOT NULL REFERENCES loyalty_member (number),
    type     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    known_at INTEGER,
    late     INTEGER NOT NULL               -- 1: came too late to be rewarded, for good
);
CREATE INDEX loyalty_event_member ON loyalty_event (member, at);

CREATE TABLE loyalty_event_body (
    seq  INTEGER PRIMARY KEY REFERENCES loyalty_event (seq),
    data TEXT NOT NULL                      -- JSON object; no row: nothing in it, or erased
);

CREATE TABLE loyalty_state (
    member INTEGER PRIMARY KEY REFERENCES loyalty_member (number),
    plan   INTEGER NOT NULL REFERENCES loyalty_plan (number),
    now    INTEGER NOT NULL,                -- the last folded event or fired timer
    due    INTEGER,                         -- the next timer; NULL: none is armed
    body   TEXT NOT NULL                    -- JSON, as the engine dumps it
);
CREATE INDEX loyalty_state_due ON loyalty_state (due) WHERE due IS NOT NULL;

CREATE TABLE loyalty_entry (
    seq          INTEGER PRIMARY KEY,       -- in order of posting
    member       INTEGER NOT NULL REFERENCES loyalty_member (number),
    recorded     INTEGER,                   -- seq of the event whose recording posted it; NULL: time alone
    point        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    amount       INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    mechanic     TEXT NOT NULL,
    occurrence   TEXT NOT NULL,
    event        TEXT,
    wanted       INTEGER,
    available_at INTEGER,
    expires_at   INTEGER
);
CREATE INDEX loyalty_entry_member ON loyalty_entry (member, recorded);

CREATE TRIGGER loyalty_entry_stays BEFORE UPDATE ON loyalty_entry
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER loyalty_entry_remains BEFORE DELETE ON loyalty_entry
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TABLE loyalty_effect (
    seq        INTEGER PRIMARY KEY,
    member     INTEGER NOT NULL REFERENCES loyalty_member (number),
    recorded   INTEGER,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    mechanic   TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    event      TEXT,
    data       TEXT NOT NULL,               -- JSON object, or empty
    kept       INTEGER NOT NULL,            -- 1: a refold no longer yields it, it stays all the same
    UNIQUE (member, mechanic, occurrence, kind, name)
);

CREATE TABLE loyalty_outbox (
    seq     INTEGER PRIMARY KEY,
    member  INTEGER NOT NULL REFERENCES loyalty_member (number),
    effect  TEXT NOT NULL,                  -- which one asked: a refold sends nothing twice
    message TEXT NOT NULL,
    channel TEXT NOT NULL,
    at      INTEGER NOT NULL,               -- when it was decided
    status  TEXT NOT NULL,                  -- queued, sent
    facts   TEXT NOT NULL,                  -- JSON object: what the effect knows, for the template
    UNIQUE (member, effect, message, channel)
);
CREATE INDEX loyalty_outbox_queued ON loyalty_outbox (channel, seq) WHERE status = 'queued';

CREATE TABLE loyalty_inbox (
    seq     INTEGER PRIMARY KEY,
    member  INTEGER NOT NULL REFERENCES loyalty_member (number),
    effect  TEXT NOT NULL,
    message TEXT NOT NULL,
    at      INTEGER NOT NULL,
    subject TEXT NOT NULL,
    text    TEXT NOT NULL,
    UNIQUE (member, effect, message)
);

CREATE TABLE loyalty_claim (
    reward TEXT NOT NULL,
    number INTEGER NOT NULL,                -- 1 to the reward's stock
    id     TEXT NOT NULL UNIQUE,            -- of the request that got it
    PRIMARY KEY (reward, number)
) WITHOUT ROWID;
