"""The service with the sandbox page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


def create(place: str | None, host: str, language: str) -> FastAPI:
    """The application on a workspace, a database URL, or none."""
    from routing.http import build_app

    return build_app(place, host, language)
