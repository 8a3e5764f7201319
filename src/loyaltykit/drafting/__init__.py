"""Drafts of a language model: what it is asked, what it may say, and what happens when it says more.

The model sees a `Brief`: names and kinds of facts, never a person's data. It gives a `Draft` with placeholders. What
it made up (numbers, prices, links, promises, dates) is refused, and the author's own text stands. Anything that can be
called with a brief is a drafter.
"""

from loyaltykit.drafting.asking import instructions
from loyaltykit.drafting.brief import Brief, Draft, Drafted, Drafter, Fact, Refusal
from loyaltykit.drafting.drafts import draft
from loyaltykit.drafting.refusing import refusals

__all__ = ["Brief", "Draft", "Drafted", "Drafter", "Fact", "Refusal", "draft", "instructions", "refusals"]
