"""Advice about a program that holds: what can never happen, what can be gamed, what nobody will be able to measure.

Each family of checks has its file; `checking` runs them and leaves out what the document says it does without.
"""

from loyaltykit.lint.checking import check, lint

__all__ = ["check", "lint"]
