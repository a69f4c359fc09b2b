"""Moves that are made from the page: by the rules that decide now, after somebody has seen what these would do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from repl.messages import message
from repl.page_server.studio.asking import Given, asked_of
from repl.page_server.studio.bench import StudioBench
from repl.page_server.studio.faults import StudioFault
from repl.page_server.studio.jobs import Told, plan_told, texts_of
from repl.showing.console import clock
from repl.showing.plans import hypothesis_line, minding_release
from routing.desk.desk import Desk, open_desk
from routing.domain.decision import Request

MOST_KEY = 64


def confirm(bench: StudioBench, given: Given, language: str) -> Told:
    """What a move would do by the rules that decide now, for somebody to say yes to; nothing is written."""
    with deciding(bench, given) as (desk, key, request):
        made = minding_release(desk.plan(key, request, clock(desk.site.zone)), desk)
        yield {"result": plan_told(made, desk.site, language)}


def move(bench: StudioBench, given: Given, language: str) -> Told:
    """Make the move. ``version`` is the ticket's that was confirmed, another one refuses it; ``key`` makes a repetition the same
    move."""
    version, once = given.get("version"), str(given.get("key") or "")
    if not isinstance(version, int) or not 0 < len(once) <= MOST_KEY:
        raise StudioFault(422, "corpo-invalido", message("gravar um movimento pede 'version' e 'key'"))
    with deciding(bench, given) as (desk, key, request):
        made = desk.move(key, attrs.evolve(request, version=version, key=once), clock(desk.site.zone))
        yield {"result": plan_told(minding_release(made, desk), desk.site, language)}


@contextmanager
def deciding(bench: StudioBench, given: Given) -> Iterator[tuple[Desk, str, Request]]:
    """The desk that ``repasse move`` has on the folder, with the ticket and what is asked of it. Raises StudioFault for what is not
    on the disk and for what is only supposed, and what the folder and the store say."""
    unsaved = sorted(texts_of(given))
    if unsaved:
        raise StudioFault(
            409,
            "nao-gravado",
            message("nada se grava num atendimento com textos que só estão nesta página: {arquivos}", arquivos=", ".join(unsaved)),
            message("grave os arquivos, ou descarte o que mudou neles"),
        )
    with open_desk(bench.folder.root) as desk:
        key = str(given.get("ticket"))
        request, supposed = asked_of(given, desk.ticket(key), desk.site)
        if supposed:
            raise StudioFault(
                409,
                "so-hipotese",
                message("não movo sobre uma hipótese. {hipotese}", hipotese=hypothesis_line(supposed)),
                message("desfaça a hipótese, ou mude os campos de verdade com a ação mudar"),
            )
        yield desk, key, request
