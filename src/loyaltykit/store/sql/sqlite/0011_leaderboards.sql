-- Scores on leaderboards, periods that are settled, and members who do not want to be ranked.

CREATE TABLE loyalty_score (
    board  TEXT NOT NULL,
    period INTEGER NOT NULL,                -- its number in the calendar of the program's zone
    grp    TEXT NOT NULL,                   -- empty: everybody
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    score  NOT NULL,                        -- whole, or with a fraction
    PRIMARY KEY (board, period, grp, member)
) WITHOUT ROWID;
CREATE INDEX loyalty_score_rank ON loyalty_score (board, period, grp, score DESC, member);
CREATE INDEX loyalty_score_member ON loyalty_score (member);

CREATE TABLE loyalty_settled (
    board  TEXT NOT NULL,
    period INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (board, period)
) WITHOUT ROWID;

CREATE TABLE loyalty_hidden (
    board  TEXT NOT NULL,
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    PRIMARY KEY (board, member)
) WITHOUT ROWID;
