"""How styles look on a terminal; apart from the words of formulas, so that a first prompt needs nothing of them."""

from __future__ import annotations

from collections.abc import Mapping

COLOURS: Mapping[str, str] = {
    "keyword": "bold ansiblue",
    "call": "ansicyan",
    "name": "",
    "number": "ansimagenta",
    "text": "ansigreen",
    "comment": "italic ansibrightblack",
    "operator": "",
    "error": "underline ansired",
    "command": "bold ansiyellow",
    "value": "bold",
    "fault": "ansired",
    "hint": "ansiyellow",
    "effect": "ansicyan",
    "title": "bold underline",
    "source": "",
    "current": "reverse",
    "changed": "bold ansigreen",
    "dim": "ansibrightblack",
    "plain": "",
    "prompt": "bold ansiblue",
    "toolbar": "noreverse ansibrightblack",
}
"""Sixteen colours only: every terminal has them, and its owner has chosen how they look."""
