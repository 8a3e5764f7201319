"""The given/then cases that a program carries, and their runner: examples are the specification.

`run_cases(program)` folds every case by itself, from nothing, and holds what came out against what was expected.
"""

from loyaltykit.rules.cases.run import CaseResult, run_cases
from loyaltykit.rules.cases.then import Check

__all__ = ["CaseResult", "Check", "run_cases"]
