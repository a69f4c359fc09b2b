"""People, groups and actions by what they are called: a name, a user, an address, a Portuguese verb; accents and case do not
matter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import attrs

from formula.messages import LANGUAGES, Message
from formula.names import as_seen
from routing.domain.decision import Reason
from routing.domain.flow import CLOCK, TRANSITIONS
from routing.domain.model import ACTIONS, CLOCK_ACTIONS
from routing.domain.people import People
from routing.messages import message


def plain(text: str) -> str:
    """Small letters without accents, one blank between words."""
    split = unicodedata.normalize("NFKD", as_seen(text).casefold())
    return " ".join("".join(char for char in split if not unicodedata.combining(char)).split())


VERBS: Mapping[str, tuple[str, ...]] = {
    "open": ("abrir",),
    "advance": ("avançar", "avançar etapa"),
    "handoff": ("repassar",),
    "return": ("devolver", "repassar de volta"),
    "schedule": ("agendar",),
    "scheduled-answered": ("agendado-respondido",),
    "conclude": ("concluir",),
    "concluded-answered": ("concluído-respondido",),
    "concluded-confirmed": ("concluído-confirmado",),
    "wait": ("aguardar", "aguardar terceiros"),
    "resume": ("retomar", "em andamento"),
    "cancel": ("cancelar",),
    "claim": ("apropriar", "apropriar-se"),
    "change": ("mudar", "alterar"),
    "note": ("anotar",),
    "mail": ("e-mail", "email", "enviar e-mail", "escrever"),
    "annex": ("anexar",),
    "relate": ("relacionar",),
    "unrelate": ("desrelacionar",),
    "approve": ("aprovar",),
    "reject": ("rejeitar",),
    "wake": ("despertar",),
    "remind": ("lembrar",),
    "expire": ("vencer",),
    "deadline": ("vencer-prazo",),
}
"""Portuguese verbs of the actions; the first is the contract's."""


def spelling(text: str) -> str:
    """How an action is compared: ``Concluído respondido`` is ``concluido-respondido``."""
    return plain(text).replace(" ", "-").replace("_", "-")


def action_words() -> dict[str, str]:
    """Every spelling of every action, and the action."""
    made: dict[str, str] = {}
    for action in (*ACTIONS, *CLOCK_ACTIONS):
        row = TRANSITIONS.get(action) or CLOCK.get(action)
        said = () if row is None else tuple(row.name.text(language) for language in LANGUAGES)
        for word in (action, *VERBS.get(action, ()), *said):
            made.setdefault(spelling(word), action)
    return made


WORDS: Mapping[str, str] = action_words()


def action_named(text: str) -> str:
    """The action that a word of either language means; the word itself when it means none."""
    return WORDS.get(text) or WORDS.get(spelling(text), text)


def nearest_action(text: str) -> str | None:
    """The Portuguese verb that was probably meant."""
    near = get_close_matches(spelling(text), WORDS, 1)
    return VERBS.get(WORDS[near[0]], (WORDS[near[0]],))[0] if near else None


def action_hint(text: str) -> Message:
    """What to write instead of a word that names no action: the verb that was probably meant, else all of them."""
    near = nearest_action(text)
    if near is not None:
        return message("você quis dizer '{acao}'?", acao=near)
    return message("as ações são: {lista}", lista=", ".join(VERBS[one][0] for one in ACTIONS))


@attrs.frozen
class Candidate:
    """Somebody who may be meant, by key and by what people call him or her."""

    key: str
    name: str
    words: frozenset[str]


def candidates(people: People, groups: bool) -> Iterable[Candidate]:
    """Everybody in the directory, and the groups when asked."""
    for person in people.attendants.values():
        words = {plain(word) for word in (person.name, person.user, person.email) if word}
        yield Candidate(person.key, person.name, frozenset({*words, *plain(person.name).split()[:1]}))
    for group in people.groups.values() if groups else ():
        words = {plain(group.name), plain(f"grupo {group.name}")}
        yield Candidate(f"grupo {group.key}", group.name, frozenset(words))


def named(people: People, text: str, *, groups: bool = False) -> str | Reason:
    """The key of the one whom a text names: ``1;3``, or ``grupo 1;5`` for a group. A whole name goes before a first name.

    A Reason when nobody or several are called so.
    """
    wanted = plain(text)
    found = [one for one in candidates(people, groups) if wanted in one.words]
    whole = [one for one in found if plain(one.name) == wanted]
    found = whole if len(whole) == 1 else found
    if len(found) == 1:
        return found[0].key
    if found:
        listed = ", ".join(f"{one.name} ({one.key})" for one in found)
        return Reason(
            "nome-ambiguo",
            message("há mais de um '{nome}' no diretório", nome=text),
            message("diga qual, pela chave: {lista}", lista=listed),
        )
    return Reason(
        "atendente-desconhecido", message("ninguém se chama '{nome}' no diretório", nome=text), near_hint(people, wanted, groups)
    )


def near_hint(people: People, wanted: str, groups: bool) -> Message:
    """Whom the writer may have meant."""
    known = {word: one for one in candidates(people, groups) for word in one.words}
    near = get_close_matches(wanted, known, 1)
    if near:
        return message("você quis dizer {nome} ({chave})?", nome=known[near[0]].name, chave=known[near[0]].key)
    return message("informe um atendente como 'coligada;código'")
