-- Members whose referrer was not seen yet. The referrer's id is there as a digest only.

CREATE TABLE loyalty_awaited (
    member INTEGER PRIMARY KEY REFERENCES loyalty_member (number),
    digest TEXT NOT NULL                    -- SHA-256 of the program and the id that is waited for
);
CREATE INDEX loyalty_awaited_digest ON loyalty_awaited (digest);
