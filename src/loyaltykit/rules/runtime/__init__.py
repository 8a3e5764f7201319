"""What generated step functions call: small pure functions over slots, windows, caps and lots."""
