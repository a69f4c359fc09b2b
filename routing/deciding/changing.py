"""What people change and write on a ticket: ``change`` and ``note`` (S:26-46, S:116-146, S:194-206).

The same rights as a formula's changes, judged on the ticket as it was; everything that is wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from formula.messages import Message
from formula.names import name_key
from routing.deciding.approvals import warn_of_new_owner
from routing.deciding.move import Move, Refused, refuse
from routing.deciding.ticket_fields import Denied, not_together, put_field, put_parameter
from routing.domain.access import absent_or_hidden, visible
from routing.domain.decision import EntryEdit, Reason, Request
from routing.domain.model import ENTRY_HANDOFF, ENTRY_LOG, ENTRY_SOLUTION, DiscussionEntry, Ticket
from routing.domain.names import plain
from routing.domain.words import shows
from routing.messages import later, message

PARAMETER = "PARAMETRO."
NOTE_KINDS: Mapping[str, str] = {
    "log": ENTRY_LOG,
    "possible-solution": ENTRY_SOLUTION,
    "solution": "SOLUCAO",
    "request": "SOLICITACAO",
    "faq": "FAQ",
}
"""What a note may be: an entry of the discussion, or more of the solution or request."""
KIND_WORDS: Mapping[str, str] = {
    "possivel-solucao": "possible-solution", "solucao": "solution", "solicitacao": "request", "discussao": "log", "": "log",
}  # fmt: skip


def change_ticket(move: Move, request: Request, formula: str | None) -> None:
    """Fields and parameters that the request names, copied or cleared."""
    wanted: dict[str, str | None] = {}
    if request.copy_from:
        wanted |= copied_parameters(move, request.copy_from)
    for name, value in request.set:
        wanted[name_key(name)] = value
    if not wanted:
        refuse(
            "G6",
            "nada-a-mudar",
            message("o pedido não diz o que mudar"),
            message("diga um campo e um valor, como PRIORIDADE=Alta ou PARAMETRO.VALOR=1500,00"),
        )
    before, denied = move.ticket, []
    for name, value in wanted.items():
        made = put(move, name, value, before)
        if isinstance(made, Denied):
            denied.append(made)
        else:
            move.ticket = made
    denied += filter(None, [not_together(move.site, before, move.ticket)])
    if denied:
        raise Refused(denied[0].gate, reason_of(denied))
    move.written(before)
    warn_of_new_owner(move, before)
    for one in move.changes:
        move.say(later("{campo} passa de '{antes}' para '{depois}'", campo=one.field, antes=one.old, depois=one.new))
    if not move.changes:
        move.say(later("nada muda: o atendimento já tem estes valores"))


def put(move: Move, name: str, value: str | None, judged: Ticket) -> Ticket | Denied:
    """One field or parameter; rights are judged on the ticket as it was."""
    if name.startswith(PARAMETER):
        return put_parameter(move.site, move.ticket, name.removeprefix(PARAMETER), value)
    return put_field(move.site, move.ticket, move.actor, name, value, now=move.now, judged=judged)


def reason_of(denied: list[Denied]) -> Reason:
    """One reason for all that cannot be done; the first decides code and hint."""
    first = denied[0]
    if len(denied) == 1:
        return Reason(first.code, first.message, first.hint)
    hints = list(dict.fromkeys(one.hint for one in denied if one.hint is not None))
    return Reason(first.code, side_by_side([one.message for one in denied]), side_by_side(hints) if hints else None)


def side_by_side(sentences: list[str]) -> str:
    """Several sentences as one."""
    made = sentences[0]
    for one in sentences[1:]:
        made = message("{um}; {outro}", um=made, outro=one)
    return made


def copied_parameters(move: Move, key: str) -> dict[str, str | None]:
    """The parameters of another ticket that the type of this one has too, as texts (S:195)."""
    other = seen_ticket(move, key)
    from formula.values import display

    made = {
        PARAMETER + name: None if value is None else display(value)
        for name, value in other.parameters.items()
        if name in move.kind.parameters
    }
    if not made:
        refuse(
            "G9",
            "nada-a-copiar",
            message("o atendimento {chave} não tem parâmetros que o tipo '{tipo}' conheça", chave=other.key, tipo=move.kind.name),
        )
    move.say(later("copia os parâmetros do atendimento {chave}", chave=other.key))
    return made


def seen_ticket(move: Move, key: str) -> Ticket:
    """Another ticket; one that the actor may not see is told as one that does not exist (S:139)."""
    found = move.workload.ticket(key)
    if found is None or not visible(found, move.actor):
        refuse("G9", "atendimento-desconhecido", *absent_or_hidden(key))
    return found


def note(move: Move, request: Request, formula: str | None) -> None:
    """A text for the discussion, request or solution; or another text in place of one that is there."""
    kind = note_kind(request.kind)
    if kind == "FAQ":
        solve(move, request)
        return
    if not shows(request.text):
        refuse("G6", "falta-texto", message("a anotação não tem texto"), message("escreva o texto e repita a ação"))
    if kind in {"SOLUCAO", "SOLICITACAO"}:
        add_text(move, request, kind)
    elif request.entry is not None:
        change_entry(move, request, kind)
    else:
        move.enter_discussion(request.text, kind, publishable=request.publishable)
        move.say(later("entra na discussão: {tipo}", tipo=kind))


def solve(move: Move, request: Request) -> None:
    """A question solved the ticket: the discussion says that the solution was presented, and the solution what it is (S:107)."""
    if not request.text.strip():
        refuse(
            "G9",
            "faq-desconhecida",
            message("a FAQ ou dica {numero} não existe, ou ainda não foi cadastrada", numero=request.entry or "–"),
            message("procure-a com repasse faq search, e dê o número em 'entry'"),
        )
    title, _, answer = request.text.partition("\n")
    said = message("Solução apresentada: FAQ {numero}, '{titulo}'", numero=request.entry or "–", titulo=title)
    move.enter_discussion(said)
    add_text(move, attrs.evolve(request, text=answer or title, entry=None), "SOLUCAO")


def note_kind(text: str) -> str:
    """The kind of a note in either language."""
    word = plain(text).replace(" ", "-")
    found = NOTE_KINDS.get(KIND_WORDS.get(word, word))
    if found is None:
        refuse(
            "G6",
            "tipo-de-anotacao-desconhecido",
            message("'{tipo}' não é um tipo de anotação", tipo=text),
            message("os tipos são: {lista}", lista=", ".join(NOTE_KINDS)),
        )
    return found


def add_text(move: Move, request: Request, name: str) -> None:
    """More of the request or of the solution."""
    if request.publishable or request.entry is not None:
        refuse("G6", "so-na-discussao", message("publicável e número de entrada são só da discussão"))
    before = move.ticket
    old = before.solution if name == "SOLUCAO" else before.request
    made = put_field(
        move.site, before, move.actor, name, f"{old}\n{request.text}" if old else request.text, now=move.now, judged=before
    )
    if isinstance(made, Denied):
        raise Refused(made.gate, Reason(made.code, made.message, made.hint))
    move.ticket = made
    move.written(before)
    said: Message = message("solução") if name == "SOLUCAO" else message("solicitação")
    move.say(later("acrescenta à {campo}", campo=said))


def change_entry(move: Move, request: Request, kind: str) -> None:
    """Another text for an entry of the discussion; the former one stays in the history of changes (S:205)."""
    number = request.entry
    assert number is not None
    old = move.workload.entry(move.ticket.key, number)
    if old is None:
        refuse("G9", "entrada-desconhecida", message("a discussão não tem a entrada {numero}", numero=number))
    if old.kind == ENTRY_HANDOFF:
        refuse(
            "G9",
            "entrada-do-sistema",
            message("a entrada {numero} foi escrita por um repasse e não se altera", numero=number),
            message("acrescente outra entrada"),
        )
    new = DiscussionEntry(kind, request.text, old.author, old.at, old.from_step, old.to_step, request.publishable)
    move.edits.append(EntryEdit(number, new))
    move.record_change(f"DISCUSSAO.{number}", old.text, new.text)
    move.say(later("a entrada {numero} da discussão muda; o texto anterior fica no histórico", numero=number))
