-- Who was exposed to what, what was offered and what came of it: read over all members when goals are judged.

CREATE INDEX loyalty_effect_judged ON loyalty_effect (mechanic, kind, member)
    WHERE kind IN ('exposure', 'offer', 'outcome');
