-- The lot that a redemption, a reversal or an adjustment took from.

ALTER TABLE loyalty_entry ADD COLUMN lot TEXT;
