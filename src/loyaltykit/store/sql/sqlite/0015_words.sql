-- Code words of sessions, as digests only, and how often somebody guessed wrong.

CREATE TABLE loyalty_word (
    session TEXT NOT NULL,
    number  INTEGER NOT NULL,               -- 1 for the first word of a session
    digest  TEXT NOT NULL,                  -- SHA-256 of the program, the session and the word
    opens   INTEGER NOT NULL,
    closes  INTEGER NOT NULL,
    minutes REAL,                           -- of attendance that saying it counts for
    PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE loyalty_guess (
    digest TEXT PRIMARY KEY,                -- SHA-256 of the program and the member's id
    since  INTEGER NOT NULL,                -- when the first of these guesses was
    times  INTEGER NOT NULL
) WITHOUT ROWID;
