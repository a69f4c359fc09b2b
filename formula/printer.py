"""Canonical text. :func:`format_text` lays out an author's text and keeps comments and groups of lines;
:func:`print_tree` writes any tree and adds the brackets it needs.

Canonical: keywords in capitals, names as first written, two blanks per level, one statement a line, ``;`` after every
statement but the last of a block, one blank around operators and after commas.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from formula import syntax
from formula.diagnostics import Diagnostic
from formula.lexical import KEYWORDS
from formula.messages import message

INDENT = "  "
