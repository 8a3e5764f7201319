"""Hillstrom's e-mail challenge: whom to write to, learnt from a randomised experiment. The README says more."""
