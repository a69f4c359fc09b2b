"""What keeps the studio from doing what was asked, with the status of its answer."""

from __future__ import annotations

from typing import Any

import attrs

from formula.diagnostics import in_language


@attrs.define(eq=False)
class StudioFault(Exception):
    """``code`` names the kind for programs; ``more`` goes along in the document."""

    status: int
    code: str
    sentence: str
    hint: str | None = None
    more: dict[str, Any] = attrs.field(factory=dict)

    def as_json(self, language: str) -> dict[str, Any]:
        """``{code, message, hint, …}``."""
        hint = None if self.hint is None else in_language(self.hint, language)
        return {"code": self.code, "message": in_language(self.sentence, language), "hint": hint, **self.more}
