-- The outbox has one row a message, not one a channel: its channels are tried one after the other.

DROP INDEX loyalty_outbox_queued;
ALTER TABLE loyalty_outbox RENAME TO loyalty_outbox_before;

CREATE TABLE loyalty_outbox (
    seq       INTEGER PRIMARY KEY,
    member    INTEGER NOT NULL REFERENCES loyalty_member (number),
    effect    TEXT NOT NULL,                -- which one asked: a refold sends nothing twice
    message   TEXT NOT NULL,
    purpose   TEXT NOT NULL,                -- service, marketing, staff
    channels  TEXT NOT NULL,                -- JSON list: those still open, the current one first
    at        INTEGER NOT NULL,             -- when it was decided
    due       INTEGER NOT NULL,             -- when it is looked at next; of a leased one, when the lease runs out
    status    TEXT NOT NULL,                -- queued, leased, deferred; sent, dead, suppressed
    attempts  INTEGER NOT NULL,             -- on the current channel
    channel   TEXT,                         -- tried last
    reason    TEXT,                         -- a code; never a person's data
    reference TEXT,                         -- the channel's own id for it
    done      INTEGER,                      -- when it was settled; of a leased one, when sending it began
    run       TEXT,                         -- the campaign's run that sends it: campaign/number
    facts     TEXT NOT NULL,                -- JSON object: what the effect knows, for the template
    UNIQUE (member, effect)
);

INSERT INTO loyalty_outbox
    (seq, member, effect, message, purpose, channels, at, due, status, attempts, facts)
SELECT min(seq), member, effect, message, 'service', json_group_array(channel), min(at), min(at), 'queued', 0, facts
FROM (SELECT * FROM loyalty_outbox_before WHERE status = 'queued' ORDER BY seq)
GROUP BY member, effect;

DROP TABLE loyalty_outbox_before;

CREATE INDEX loyalty_outbox_due ON loyalty_outbox (due) WHERE status IN ('queued', 'deferred', 'leased');
CREATE INDEX loyalty_outbox_done ON loyalty_outbox (member, done) WHERE done IS NOT NULL;

CREATE TABLE loyalty_code (
    digest TEXT PRIMARY KEY,                -- of a one-time code that binds an address to a member
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    ends   INTEGER NOT NULL
) WITHOUT ROWID;
