-- What policies have learned, by the step of a campaign that they choose for: sums over all members, nobody's data.

CREATE TABLE loyalty_policy (
    step   TEXT PRIMARY KEY,                -- campaign/path
    memory TEXT NOT NULL                    -- JSON object
) WITHOUT ROWID;
