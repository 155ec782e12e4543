"""Figures within a sentence."""

from __future__ import annotations


def short(value: float) -> str:
    """A number to three digits."""
    return f"{value:.3g}"


def percent(share: float) -> str:
    """A share of one as per cent, to one decimal."""
    return f"{100 * share:.1f}\u00a0%"


def between(low: float, high: float) -> str:
    """An interval: '91.2 to 98.1 %'."""
    return f"{100 * low:.1f} to {100 * high:.1f}\u00a0%"


def images(number: int) -> str:
    """How many images."""
    return f"{number:,}\u00a0image" if number == 1 else f"{number:,}\u00a0images"
