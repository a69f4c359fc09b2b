"""Questions and tips as doors ask for them: searched, requested of a ticket, registered; and what solves a ticket (S:104-111)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from routing.desk.filters import wrong, yes_of
from routing.desk.listing import page_of
from routing.desk.viewing import known_viewer
from routing.domain.zone import wall_time
from routing.failures import NotAllowed, UnknownArticle
from routing.messages import message
from routing.store.overall import articles
from routing.store.overall.articles import REGISTERED, REQUESTED, STATES, Article

if TYPE_CHECKING:
    from routing.desk.desk import Desk

REGISTER = "cadastrar_faq"
"""The right to register questions and tips."""


def article_list(desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    """A page, newest first; ``given``: text, any_word, state, limit, after."""
    state = str(given.get("state") or REGISTERED)
    if state not in STATES:
        raise wrong("state", state, message("uma destas palavras: {lista}", lista=", ".join(STATES)))
    any_word = yes_of("any_word", given.get("any_word"))
    text = str(given.get("text") or "")
    rows, following = page_of(given, lambda after, limit: articles.page(desk.store, state, text, any_word, after, limit))
    return {"articles": rows, "next": following}


def article(desk: Desk, number: int) -> Article:
    """One of them, or UnknownArticle."""
    found = articles.find(desk.store, number)
    if found is None:
        raise UnknownArticle(
            message("a FAQ ou dica {numero} não existe", numero=number), message("procure-a com repasse faq search")
        )
    return found


def ask_for(desk: Desk, key: str, actor: str, now: datetime) -> Article:
    """Request one from a ticket's subject, request and solution; whoever sees the ticket may. Raises UnknownTicket."""
    person = known_viewer(desk.site, actor)
    shown = desk.show(key, actor)["ticket"]
    made = Article(
        state=REQUESTED, title=shown["subject"], request=shown["request"], solution=shown["solution"], product=shown["product"],
        ticket=shown["key"], by=person.key, at=wall_time(now, desk.site.zone),
    )  # fmt: skip
    return attrs.evolve(made, id=articles.add(desk.store, made))


def register(desk: Desk, actor: str, now: datetime, number: int | None = None, **texts: str) -> Article:
    """Register a new one, or one that was requested or registered before; texts that are not given stay. Needs the right."""
    person = known_viewer(desk.site, actor)
    if REGISTER not in person.rights:
        raise NotAllowed(
            message("{quem} não tem o direito de cadastrar FAQ e dicas", quem=desk.site.people.name(person.key)),
            message('peça ao administrador o direito de cadastrar: direitos = ["{direito}"] em diretorio.toml', direito=REGISTER),
        )
    before = Article(at=now) if number is None else article(desk, number)
    at = wall_time(now, desk.site.zone)
    given: dict[str, Any] = {name: text for name, text in texts.items() if text}
    made = attrs.evolve(before, state=REGISTERED, by=person.key, at=at, **given)
    for name, said in (("title", message("título")), ("solution", message("solução"))):
        if not getattr(made, name).strip():
            raise wrong(name, "", message("um texto: {campo}", campo=said))
    if number is not None:
        articles.change(desk.store, made)
        return made
    return attrs.evolve(made, id=articles.add(desk.store, made))
