"""The people of a case: the directory's, with what the case says is another (``pessoas."1;3" = { ativo = false }``), and those for
each of whom a case is run (``para_cada = { secao = "01.02" }``, ``ator = "{pessoa}"``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from formula.messages import Message
from formula.names import name_key
from formula.source import Source
from routing.domain.model import Attendant
from routing.domain.people import People, people_of
from routing.key_words import key_hint
from routing.messages import message
from routing.testing.case import Unusable
from routing.workspace.reading import Registry, read_attendant
from routing.workspace.toml_places import Document
from routing.workspace.toml_tables import Table, pair

SAYS: Mapping[str, tuple[str, ...]] = {
    "nome": ("name",), "email": ("email",), "usuario": ("user",), "ativo": ("active",), "ausente": ("absence",),
    "chefe": ("chief",), "nivel": ("level",), "direitos": ("rights",), "secao": ("section",), "situacao": ("status", "absence"),
}  # fmt: skip
"""What each key of ``[[atendente]]`` says of a person."""


@attrs.frozen
class Miscast:
    """What of ``pessoas`` cannot be: where below it, why, and what to do."""

    where: tuple[str, ...]
    sentence: Message
    hint: Message | None = None


def recast(people: People, changes: Mapping[str, Any]) -> tuple[People, list[Miscast]]:
    """The people with the changes of a case, and what of these cannot be."""
    faults: list[Miscast] = []
    everyone = dict(people.attendants)
    for written, table in changes.items():
        person = person_of(people, written)
        if person is None:
            names = [one.name for one in everyone.values()]
            begun = [one for one in names if name_key(one).startswith(name_key(written))]
            near = begun or get_close_matches(written, [*everyone, *names], 1)
            hint = message("você quis dizer '{perto}'?", perto=near[0]) if near else message('escreva a chave, como pessoas."1;3"')
            faults.append(Miscast((written,), message("'{nome}' não é uma pessoa do diretório", nome=written), hint))
            continue
        everyone[person.key] = changed_person(everyone[person.key], written, table, faults)
    return (
        people_of(
            attendants=everyone.values(), groups=people.groups.values(), nodes=people.nodes.values(),
            sections=people.sections.values(), clients=people.clients.values(), coligadas=people.coligadas,
            requisitions=people.requisitions,
        ),
        faults,
    )  # fmt: skip


def person_of(people: People, written: str) -> Attendant | None:
    """The person of a key, or of a name that only one has."""
    found = people.attendants.get(pair(written) or "")
    named = [one for one in people.attendants.values() if name_key(one.name) == name_key(written)]
    return found if found is not None else named[0] if len(named) == 1 else None


def changed_person(person: Attendant, written: str, table: Mapping[str, Any], faults: list[Miscast]) -> Attendant:
    """A person as the keys of a case say, read as those of ``[[atendente]]`` are."""
    for key in table:
        if key not in SAYS:
            said = message("a chave '{chave}' não existe numa pessoa", chave=key)
            faults.append(Miscast((written, key), said, key_hint(key, tuple(SAYS), 0.5)))
    registry = Registry()
    document = Document(Source("", ""), {}, {})
    base = {"nome": person.name, "coligada": person.coligada, "codigo": person.code}
    read_attendant(Table(document, (), {**base, **{key: value for key, value in table.items() if key in SAYS}}), registry)
    faults += [Miscast((written,), one.message, one.hint) for one in document.faults]  # type: ignore[arg-type]
    (made,) = registry.of("attendant")
    return attrs.evolve(person, **{name: getattr(made, name) for key in table for name in SAYS.get(key, ())})


# -- one case over many people -----------------------------------------------------------------------

PLACES: Mapping[str, Callable[[Attendant], str]] = {
    "pessoa": lambda one: one.key,
    "nome": lambda one: one.name,
    "usuario": lambda one: one.user,
    "email": lambda one: one.email,
    "chefe": lambda one: one.chief or "",
    "secao": lambda one: (one.section or "").partition(";")[2],
}
"""What stands in a text for each person: ``{pessoa}`` the key, and what the directory says of it."""
PLACE = re.compile(r"\{(\w+)\}")
CHOSEN_BY = ("secao", "grupo", "direito", "chefe", "coligada", "exceto")
"""The keys of ``para_cada``: all of them count at the same time, any of the values of one."""


def texts_in(value: Any) -> Iterator[str]:
    """Every text of tables and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(one)


def needs_somebody(tables: Any) -> None:
    """A case over many people has a place for them: without, it would be the same one many times. Raises Unusable, for a
    misspelt place too."""
    found = {name for text in texts_in(tables) for name in PLACE.findall(text)}
    for written in sorted(found - set(PLACES)):
        near = get_close_matches(written, PLACES, 1, 0.75)
        if near:
            said = message("'{lugar}' não é um lugar de 'para_cada'", lugar=f"{{{written}}}")
            raise Unusable(said, message("você quis dizer '{perto}'?", perto=f"{{{near[0]}}}"))
    if not found & set(PLACES):
        places = " ".join(f"{{{one}}}" for one in PLACES)
        raise Unusable(
            message("o caso não diz onde entra cada pessoa de 'para_cada'"),
            message("escreva {lugar}; os lugares são: {lista}", lugar='ator = "{pessoa}"', lista=places),
        )


def put_in(value: Any, person: Attendant) -> Any:
    """Tables and lists with a person in the places that ask for one."""
    if isinstance(value, str):
        return PLACE.sub(lambda found: PLACES[found[1]](person) if found[1] in PLACES else found[0], value)
    if isinstance(value, Mapping):
        return {key: put_in(one, person) for key, one in value.items()}
    return [put_in(one, person) for one in value] if isinstance(value, list) else value


def everyone_of(people: People, wanted: Any) -> list[Attendant]:
    """The active people that ``para_cada`` asks for, in order of their keys. Raises Unusable for what names nobody, too: such a
    case would pass whatever the rules do."""
    if not isinstance(wanted, Mapping) or not wanted:
        raise Unusable(
            message("'para_cada' precisa de uma tabela que diz de quem"), message('escreva para_cada = {{ secao = "01.02" }}')
        )
    made = [one for one in people.attendants.values() if one.active]
    for key, written in wanted.items():
        if key not in CHOSEN_BY:
            unknown = message("a chave '{chave}' não existe em {lugar}", chave=key, lugar="para_cada")
            raise Unusable(unknown, key_hint(key, tuple(CHOSEN_BY), 0.5))
        values = written if isinstance(written, list) else [written]
        if not values or not all(isinstance(one, str | int) and not isinstance(one, bool) for one in values):
            raise Unusable(message("'{chave}' de 'para_cada' precisa de um texto, um número, ou uma lista deles", chave=key))
        keys = {one.key for value in values for one in those(people, key, str(value).strip())}
        made = [one for one in made if (one.key in keys) is (key != "exceto")]
    if not made:
        said = ", ".join(f"{key} = {value}" for key, value in wanted.items())
        raise Unusable(
            message("'para_cada' não acha ninguém ativo com {pedido}", pedido=said), message("confira o diretório, ou tire o caso")
        )
    return sorted(made, key=lambda one: (one.coligada, one.code))


def those(people: People, key: str, written: str) -> list[Attendant]:
    """Everybody of a section, a group, a right, a chief or a coligada, or somebody by name. Raises Unusable for one that there is
    not."""
    everybody = list(people.attendants.values())
    if key in {"chefe", "exceto"}:
        found = person_of(people, written)
        if found is None:
            raise unknown(message("'{nome}' não é uma pessoa do diretório", nome=written), written, [one.name for one in everybody])
        return [found] if key == "exceto" else [one for one in everybody if one.chief == found.key]
    if key == "grupo":
        groups = [
            one for one in people.groups.values() if written in {one.key, str(one.code)} or name_key(one.name) == name_key(written)
        ]
        if not groups:
            names = [one.name for one in people.groups.values()]
            raise unknown(message("'{nome}' não é um grupo do diretório", nome=written), written, names)
        return [people.attendants[one] for group in groups for one in group.members if one in people.attendants]
    if key == "secao":
        known = {*people.sections, *(one.section for one in everybody if one.section)}
        found_sections = {one for one in known if written.replace(" ", "") in {one, one.partition(";")[2]}}
        if not found_sections:
            codes = sorted({one.partition(";")[2] for one in known})
            raise unknown(message("a seção '{secao}' não existe no diretório", secao=written), written.rpartition(";")[2], codes)
        return [one for one in everybody if one.section in found_sections]
    if key == "coligada":
        return [one for one in everybody if str(one.coligada) == written]
    found_by_right = [one for one in everybody if written in one.rights]
    if not found_by_right:
        rights = sorted({right for one in everybody for right in one.rights})
        raise unknown(message("ninguém do diretório tem o direito '{direito}'", direito=written), written, rights)
    return found_by_right


def unknown(said: Message, written: str, names: list[str]) -> Unusable:
    """A name that nothing has, with the nearest one."""
    begun = [one for one in names if name_key(one).startswith(name_key(written))]
    near = begun or get_close_matches(written, names, 1)
    return Unusable(said, message("você quis dizer '{perto}'?", perto=near[0]) if near else None)
