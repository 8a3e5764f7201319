-- Codes that rewards bring, each given once. Whoever reads this table can use them.

CREATE TABLE loyalty_code_pool (
    reward TEXT NOT NULL,
    number INTEGER NOT NULL,                -- the order in which they are given
    code   TEXT NOT NULL,
    claim  TEXT,                            -- what it was given for; null while it is there to give
    PRIMARY KEY (reward, number),
    UNIQUE (reward, code)
) WITHOUT ROWID;
CREATE UNIQUE INDEX loyalty_code_pool_claim ON loyalty_code_pool (reward, claim) WHERE claim IS NOT NULL;
CREATE INDEX loyalty_code_pool_free ON loyalty_code_pool (reward, number) WHERE claim IS NULL;
