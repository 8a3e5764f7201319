-- Attempts to send, of the last day: for the limits of channels, and to see which channel does not work.

CREATE TABLE loyalty_attempt (
    channel TEXT NOT NULL,
    at      INTEGER NOT NULL,               -- when it began; once it is answered, when that was
    message INTEGER NOT NULL,               -- its number in the outbox
    member  INTEGER NOT NULL,               -- 0: to a school's staff
    slot    TEXT NOT NULL,                  -- a digest of channel and address; empty when nobody counts it
    failed  INTEGER,                        -- 1, 0; NULL while it is under way, and when nothing follows from it
    PRIMARY KEY (channel, at, message)
) WITHOUT ROWID;
CREATE INDEX loyalty_attempt_slot ON loyalty_attempt (slot, at) WHERE slot <> '';
CREATE INDEX loyalty_attempt_member ON loyalty_attempt (channel, member, at);

-- What became of a message on the channels that it has left: JSON list of [channel, reason, attempts].
ALTER TABLE loyalty_outbox ADD COLUMN tried TEXT NOT NULL DEFAULT '[]';
CREATE INDEX loyalty_outbox_reference ON loyalty_outbox (reference) WHERE reference IS NOT NULL;
CREATE INDEX loyalty_outbox_settled ON loyalty_outbox (status, done) WHERE status IN ('dead', 'suppressed');
