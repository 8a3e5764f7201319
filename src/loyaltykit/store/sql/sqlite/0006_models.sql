-- Fitted models: parameters over all members, nobody's data.

CREATE TABLE loyalty_model (
    number  INTEGER PRIMARY KEY,            -- in order of arrival
    name    TEXT NOT NULL,
    version TEXT NOT NULL,
    at      INTEGER NOT NULL,               -- when it was fitted
    sha256  TEXT NOT NULL,                  -- of the body
    report  TEXT NOT NULL,                  -- JSON object
    body    BLOB NOT NULL
);
CREATE INDEX loyalty_model_name ON loyalty_model (name, at);
