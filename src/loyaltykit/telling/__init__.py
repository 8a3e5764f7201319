"""A program in plain sentences that a student understands, in English and Russian."""

from loyaltykit.telling.pages import page
from loyaltykit.telling.teller import Sentence
from loyaltykit.telling.whole import sentences

__all__ = ["Sentence", "page", "sentences"]
