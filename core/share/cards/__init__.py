"""Model card and data card: plain data, written as Markdown or as a page that stands alone.

`core.jobs.carding` collects what they are written from.
"""

from core.share.cards.card import Card, Kind
from core.share.cards.data import data_card
from core.share.cards.facts import DataFacts, Divided, ModelFacts, Promise
from core.share.cards.fields import CardFields
from core.share.cards.markdown import markdown
from core.share.cards.model import model_card
from core.share.cards.page import page

__all__ = [
    "Card",
    "CardFields",
    "DataFacts",
    "Divided",
    "Kind",
    "ModelFacts",
    "Promise",
    "data_card",
    "markdown",
    "model_card",
    "page",
]
