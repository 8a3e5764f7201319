-- Tasks that staff owe members, waiting lists, and pieces of limited stock that came back.
-- A task's note may name a person: it can be erased.

CREATE TABLE loyalty_task (
    id        TEXT PRIMARY KEY,
    member    INTEGER NOT NULL REFERENCES loyalty_member (number),
    reward    TEXT NOT NULL,
    role      TEXT NOT NULL,                -- whose it is
    escalated TEXT,                         -- the role that heard of it when it was not done in time
    state     TEXT NOT NULL,                -- open, escalated, done, cancelled
    since     INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    ended     INTEGER,
    doer      TEXT,
    note      TEXT
) WITHOUT ROWID;
CREATE INDEX loyalty_task_open ON loyalty_task (due) WHERE state IN ('open', 'escalated');
CREATE INDEX loyalty_task_member ON loyalty_task (member);

CREATE TABLE loyalty_waiting (
    reward TEXT NOT NULL,
    member INTEGER NOT NULL REFERENCES loyalty_member (number),
    since  INTEGER NOT NULL,
    PRIMARY KEY (reward, member)
) WITHOUT ROWID;
CREATE INDEX loyalty_waiting_member ON loyalty_waiting (member);

CREATE TABLE loyalty_free (
    reward TEXT NOT NULL,
    number INTEGER NOT NULL,                -- of a claim that was let go; taken again before a new one
    PRIMARY KEY (reward, number)
) WITHOUT ROWID;
