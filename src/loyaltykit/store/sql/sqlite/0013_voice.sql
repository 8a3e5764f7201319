-- Ideas of members and who supports them; what members said in words of their own, where it can be erased.

CREATE TABLE loyalty_idea (
    id     TEXT PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    state  TEXT NOT NULL,                   -- proposed, open, declined, accepted, done
    since  INTEGER NOT NULL,                -- when it was proposed
    at     INTEGER NOT NULL,                -- when its state last changed
    doer   TEXT,                            -- who decided
    note   TEXT                             -- what they said
);
CREATE INDEX loyalty_idea_state ON loyalty_idea (state, since);

CREATE TABLE loyalty_support (
    idea   TEXT NOT NULL,
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    weight REAL NOT NULL,                   -- as it was when the vote was cast
    PRIMARY KEY (idea, member)
) WITHOUT ROWID;

CREATE TABLE loyalty_said (
    kind   TEXT NOT NULL,                   -- idea, or the comment to an answer
    id     TEXT NOT NULL,                   -- of the idea, or of the answer's event
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    about  TEXT NOT NULL,                   -- the survey; empty for an idea
    at     INTEGER NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX loyalty_said_member ON loyalty_said (member);
CREATE INDEX loyalty_said_about ON loyalty_said (kind, about, at);
