-- How a program was adopted: forward, recompute, recompute upward only; NULL for the first one.
ALTER TABLE loyalty_program ADD COLUMN mode TEXT;
