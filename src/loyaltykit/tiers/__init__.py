"""Status that is earned in a qualification period."""
