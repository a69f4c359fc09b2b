"""``annex``: a record of a kind that the site declares, added to a ticket or put in place of the latest one (S:159-179)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from formula.names import name_key
from formula.values import display
from routing.deciding.gates import gate_holder
from routing.deciding.move import Move, refuse, written_value
from routing.deciding.ticket_fields import filled
from routing.domain.access import is_somebodys_chief
from routing.domain.annexes import ANYBODY, CHIEF, HOLDER, OPENER, RIGHT, Annex, with_record
from routing.domain.decision import Request
from routing.domain.flow import STATUS_NAMES, TERMINAL, TRANSITIONS
from routing.domain.model import AnnexRecord
from routing.domain.names import plain
from routing.messages import later, message, plural
from routing.workspace.toml_tables import scalar_of


def annex_ticket(move: Move, request: Request, formula: str | None) -> None:
    """Everything that is wrong with the values is told at once."""
    annex = known_annex(move, request.kind)
    gate_open(move, annex)
    gate_writer(move, annex)
    count = int(str(move.ticket.fields.get(annex.count) or 0))
    number = record_number(annex, count, request.entry)
    new = number > count
    values = read_values(move, annex, request, new=new)
    before = move.ticket
    move.annexes.append(AnnexRecord(annex.name, number, values, move.actor.key, move.now))
    move.change(fields=with_record(annex, before.fields, values, new=new))
    for name in annex.fields:
        old, now = before.fields.get(annex.field(name)), values.get(name)
        if old != now:
            move.record_change(annex.field(name), "" if new else written_value(old), written_value(now))
    if new:
        move.say(later("entra o registro {numero} de '{anexo}'", numero=number, anexo=annex.title))
    else:
        move.say(later("muda o registro {numero} de '{anexo}'; o anterior fica no histórico", numero=number, anexo=annex.title))


def known_annex(move: Move, name: str) -> Annex:
    """The annex of a name or title."""
    annexes = move.site.annexes
    by_word = {plain(word): one for one in annexes.values() for word in (one.title, one.name)}
    found = by_word.get(plain(name))
    if found is None or (found.types and move.ticket.type not in found.types) or found.level > move.actor.level:
        fitting = [
            one.name
            for one in annexes.values()
            if (not one.types or move.ticket.type in one.types) and one.level <= move.actor.level
        ]
        near = get_close_matches(name_key(name), fitting, 1)
        refuse(
            "G9",
            "anexo-desconhecido",
            message("este atendimento não tem o anexo '{nome}'", nome=name),
            message("você quis dizer '{nome}'?", nome=near[0])
            if near
            else message("os anexos são: {lista}", lista=", ".join(fitting))
            if fitting
            else message("declare-o em repasse.toml, com [[anexo]]"),
        )
    return found


def gate_open(move: Move, annex: Annex) -> None:
    """G1: a ticket that has ended takes only records of annexes that say so (``encerrado``)."""
    status = move.ticket.status
    if status in TERMINAL and not annex.closed:
        refuse(
            "G1",
            "atendimento-encerrado",
            message("o atendimento está em '{status}' e não recebe mais '{anexo}'", status=STATUS_NAMES[status], anexo=annex.title),
            message("um anexo com encerrado = true em repasse.toml recebe registros também depois do fim"),
        )


def gate_writer(move: Move, annex: Annex) -> None:
    """G4: one of those who may write."""
    if may_write(move, annex):
        return
    if HOLDER in annex.writers:
        gate_holder(move, TRANSITIONS["annex"])
        return
    words = ", ".join(annex.writers)
    refuse(
        "G4",
        "sem-direito-ao-anexo",
        message("{quem} não pode escrever em '{anexo}'", quem=move.site.people.name(move.actor.key), anexo=annex.title),
        message("podem os que repasse.toml diz em 'quem': {lista}", lista=words),
    )


def may_write(move: Move, annex: Annex) -> bool:
    """Whether the actor is one of them, the holder apart."""
    actor, writers = move.actor, annex.writers
    return (
        ANYBODY in writers
        or (OPENER in writers and move.ticket.opener == actor.key)
        or (CHIEF in writers and is_somebodys_chief(move.site.people, actor.key))
        or any(RIGHT + right in writers for right in actor.rights)
    )


def record_number(annex: Annex, count: int, asked: int | None) -> int:
    """Which record is written: the next of several, the only one, or the latest one again."""
    if asked is None:
        return count + 1 if annex.many or not count else count
    if asked < 1 or asked > count:
        refuse("G9", "registro-desconhecido", message("'{anexo}' não tem o registro {numero}", anexo=annex.title, numero=asked))
    if asked < count:
        refuse(
            "G9",
            "registro-antigo",
            message("só o último registro de '{anexo}' se altera, que é o {numero}", anexo=annex.title, numero=count),
            message("acrescente outro registro que corrija o antigo"),
        )
    return asked


def read_values(move: Move, annex: Annex, request: Request, *, new: bool) -> dict[str, Any]:
    """The values of the record; those of a changed one that are not named stay."""
    values: dict[str, Any] = {} if new else {name: move.ticket.fields.get(annex.field(name)) for name in annex.fields}
    faults: list[Any] = []
    for given, text in request.set:
        name = name_key(given).removeprefix(annex.field(""))
        if name not in annex.fields:
            faults.append(unknown_name(annex, name))
            continue
        fits, value = scalar_of(text, annex.fields[name], move.site.zone)
        choices = annex.choices.get(name)
        if fits and choices and filled(value):
            match = next((one for one in choices if plain(one) == plain(display(value))), None)
            fits, value = match is not None, value if annex.fields[name] != "texto" else match
        if not fits:
            wanted = ", ".join(choices) if choices else annex.fields[name]
            faults.append(message("'{campo}' não aceita '{valor}': {preciso}", campo=name, valor=text, preciso=wanted))
            continue
        values[name] = value
    if not request.set:
        faults.append(message("o pedido não diz o que registrar"))
    absent = [name for name in annex.required if not filled(values.get(name))]
    if absent and not faults:
        refuse(
            "G6",
            "faltam-dados",
            plural(
                len(absent),
                "em '{anexo}' falta o campo {lista}",
                "em '{anexo}' faltam os campos {lista}",
                anexo=annex.title,
                lista=", ".join(absent),
            ),
            message("informe e repita a ação"),
        )
    if faults:
        said = faults[0]
        for one in faults[1:]:
            said = message("{um}; {outro}", um=said, outro=one)
        fields = ", ".join(annex.fields)
        refuse("G9", "valor-invalido", said, message("os campos de '{anexo}' são: {lista}", anexo=annex.title, lista=fields))
    return {name: values.get(name) for name in annex.fields}


def unknown_name(annex: Annex, name: str) -> Any:
    """A field that the annex does not have, with the nearest one."""
    near = get_close_matches(name, annex.fields, 1)
    if near:
        return message(
            "'{campo}' não é campo de '{anexo}'; você quis dizer '{perto}'?", campo=name, anexo=annex.title, perto=near[0]
        )
    return message("'{campo}' não é campo de '{anexo}'", campo=name, anexo=annex.title)
