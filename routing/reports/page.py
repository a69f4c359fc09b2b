"""A ticket as a page for paper (S:201): one HTML document of inert text, with a style for print; nothing in it runs or loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from formula.messages import Message
from routing.domain.site import Site
from routing.messages import message
from routing.reports.ticket_lines import TicketPage

STYLE = """
body{font:11pt/1.45 Georgia,serif;color:#111;max-width:44em;margin:2em auto;padding:0 1em}
h1{font-size:16pt;border-bottom:2px solid #111}h2{font-size:12.5pt;margin:1.4em 0 .3em;break-after:avoid}
p{margin:.15em 0;white-space:pre-wrap;overflow-wrap:anywhere;break-inside:avoid}footer{margin-top:2em;font-size:9pt;color:#555}
@page{margin:18mm}@media print{body{max-width:none;margin:0;padding:0}}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def printed_page(shown: Mapping[str, Any], site: Site, language: str, now: datetime) -> str:
    """The page of what ``Desk.show`` gives, hidden and masked as it may be."""
    lines = (line.text(language) if isinstance(line, Message) else str(line) for line in TicketPage(shown, site).lines())
    return page(lines, language, message("impresso em {quando}", quando=f"{now:%d/%m/%Y %H:%M}").text(language))


def page(lines: Iterable[str], language: str, printed: str) -> str:
    """The lines of a ticket's page: the first is the title, a line without indent begins a section."""
    title, *rest = [str(line) for line in lines] or [""]
    body = "".join(
        f"<p>{escape(line.strip())}</p>" if line.startswith(" ") else f"<h2>{escape(line)}</h2>" for line in rest if line.strip()
    )
    return (
        f'<!doctype html><html lang="{"pt-BR" if language == "pt" else "en"}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>{body}<footer>{escape(printed)}</footer></body></html>\n"
    )
