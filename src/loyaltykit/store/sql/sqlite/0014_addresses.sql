-- Whose an address on a channel is, or was: a messenger reports chats, not members.

CREATE TABLE loyalty_address (
    attribute TEXT NOT NULL,
    address   TEXT NOT NULL,
    member    INTEGER NOT NULL REFERENCES loyalty_member (number),
    seq       INTEGER NOT NULL,             -- of the event that said so
    PRIMARY KEY (attribute, address, member)
) WITHOUT ROWID;

INSERT INTO loyalty_address (attribute, address, member, seq)
SELECT 'telegram', json_extract(b.data, '$.telegram'), e.member, max(e.seq)
FROM loyalty_event e JOIN loyalty_event_body b ON b.seq = e.seq
WHERE e.type = 'member.updated' AND json_extract(b.data, '$.telegram') IS NOT NULL
GROUP BY json_extract(b.data, '$.telegram'), e.member;
