"""Message templates in Liquid: what is allowed, which facts they use, and the text they give.

A template sees its facts and nothing else: no files, no other templates, no clock. What it may cost is limited, so that
a slip of the pen cannot stop a server.
"""

from loyaltykit.templates.checking import check_template
from loyaltykit.templates.locales import best_locale, localised
from loyaltykit.templates.template import MAX_TEMPLATE, Piece, Template, Variable, groups_of, render

__all__ = [
    "MAX_TEMPLATE",
    "Piece",
    "Template",
    "Variable",
    "best_locale",
    "check_template",
    "groups_of",
    "localised",
    "render",
]
