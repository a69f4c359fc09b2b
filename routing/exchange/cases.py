"""A planned move as the text of a file of cases: what was asked, of which ticket, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from formula.diagnostics import Fault
from formula.limits import Limits
from routing.deciding.ticket_fields import ALL_FIELDS
from routing.domain.decision import Plan, Request
from routing.domain.destinations import destination_text
from routing.domain.flow import CLOCK
from routing.domain.model import Ticket
from routing.domain.site import Site
from routing.domain.ticket_fields import FIELD_KEYS
from routing.messages import message
from routing.releases.facts import read_facts
from routing.workspace.toml_text import key_text, toml

REQUEST_KEYS = {
    "para": "to", "ator": "actor", "motivo": "reason", "justificativa": "justification", "despertamento": "wake_up",
    "prazo": "deadline", "copia_de": "copy_from", "anota": "text", "registro": "entry",
}  # fmt: skip
DEFAULTS = attrs.fields_dict(Ticket)
NAMES = frozenset({"TIPO", "ATENDENTE", "GRUPO"})
SUBJECT = "ASSUNTO"
SAID = frozenset({"STATUS", SUBJECT})
"""Fields that a case says even where they are as in every ticket: it gives them a value of its own where nothing is said."""


def case_text(
    plan: Plan, name: str, stand_ins: Mapping[str, Mapping[str, Any]] | None = None, *, addresses: bool = True,
    also: Sequence[str] = (),
) -> str:  # fmt: skip
    """The text of a ``*.casos.toml`` with one case that holds what the plan found.

    ``stand_ins`` are tables of the case's context: texts of formulas, functions and memories that are not the site's, rows of
    sentences. The ticket's histories are not part of a case. Without ``addresses``, mails are only counted. ``also`` are further
    lines of what is expected.
    """
    ticket = plan.request.draft if plan.before is None else plan.before
    lines = ["[[caso]]", f"nome = {toml(name)}", f"tipo = {ticket.type if ticket else 0}", f'acao = "{plan.action}"']
    lines += request_lines(plan.request)
    lines += [f"agora = {plan.now.isoformat()}"]
    for table, values in (stand_ins or {}).items():
        lines += [f"contexto.{table}.{key_text(key)} = {toml(value)}" for key, value in values.items()]
    since = [] if ticket is None or ticket.entered_at is None or plan.action not in CLOCK else [ticket.entered_at]
    lines += ["[caso.atendimento]", *([] if ticket is None else ticket_lines(ticket))]
    lines += [*(f"na_etapa_desde = {at.isoformat()}" for at in since), "[caso.espera]"]
    lines += [*expected_lines(plan, addresses=addresses), *also]
    return "\n".join(lines) + "\n"


def flow_text(
    plans: Sequence[Plan], name: str, stand_ins: Mapping[str, Mapping[str, Any]] | None = None, *, addresses: bool = True,
    also: Sequence[str] = (),
) -> str:  # fmt: skip
    """As :func:`case_text`, with the moves that came before, so that what they left in the ticket's histories is there too. Only
    what came of the last is expected."""
    first, last = plans[0], plans[-1]
    ticket = first.request.draft if first.before is None else first.before
    lines = ["[[caso]]", f"nome = {toml(name)}", f"tipo = {ticket.type if ticket else 0}"]
    for table, values in (stand_ins or {}).items():
        lines += [f"contexto.{table}.{key_text(key)} = {toml(value)}" for key, value in values.items()]
    lines.append("movimentos = [")
    for plan in plans:
        parts = [f'acao = "{plan.action}"', *request_lines(plan.request), f"agora = {plan.now.isoformat()}"]
        if plan is last:
            parts.append(f"espera = {{ {', '.join([*expected_lines(plan, addresses=addresses), *also])} }}")
        lines.append(f"  {{ {', '.join(parts)} }},")
    lines += ["]", "[caso.atendimento]", *([] if ticket is None else ticket_lines(ticket))]
    return "\n".join(lines) + "\n"


def request_lines(request: Request) -> Iterator[str]:
    """What was asked. The draft of an opened copy has all that came from the other ticket."""
    if request.action == "open":
        request = attrs.evolve(request, copy_from="", set=())
    for key, attribute in REQUEST_KEYS.items():
        value = getattr(request, attribute)
        if value not in (None, ""):
            yield f"{key} = {toml(value)}"
    if request.kind != "log":
        yield f"especie = {toml(request.kind)}"
    if request.publishable:
        yield "publicavel = true"
    given = {name: text for name, text in request.set if text is not None}
    if given:
        yield f"muda = {toml(given)}"
    if len(given) < len(request.set):
        yield f"limpa = {toml([name for name, text in request.set if text is None])}"


def ticket_lines(ticket: Ticket) -> Iterator[str]:
    """The ticket's own values, by the keys of ``[[atendimento]]``; those that every ticket has are left out."""
    yield f"coligada = {ticket.coligada}"
    for name, attribute in ALL_FIELDS.items():
        value = getattr(ticket, attribute)
        if (
            name not in NAMES
            and (value != DEFAULTS[attribute].default or name in SAID)
            and (value not in (None, "") or name == SUBJECT)
        ):
            yield f"{FIELD_KEYS[name]} = {toml(value)}"
    if ticket.holder is not None:
        yield f"{'atendente' if ticket.holder.kind == 'attendant' else 'grupo'} = {toml(ticket.holder.key)}"
    for key in ("wake_up", "deadline"):
        if getattr(ticket, key) is not None:
            yield f"{'despertamento' if key == 'wake_up' else 'prazo'} = {toml(getattr(ticket, key))}"
    if ticket.requisition is not None:
        yield f"requisicao = {ticket.requisition}"
    for table, values in (("parametros", ticket.parameters), ("campos", ticket.fields)):
        yield from (f"{table}.{key_text(key)} = {toml(value)}" for key, value in values.items() if value is not None)


def expected_lines(plan: Plan, *, addresses: bool) -> Iterator[str]:
    """What came of it."""
    after = plan.after
    if not plan.applies or after is None:
        if plan.status == "stopped" and plan.reason is not None:
            yield f"mensagem = {toml(str(plan.reason.message))}"
        elif plan.gate is not None:
            yield f'portao = "{plan.gate}"'
        if plan.status != "stopped" and plan.reason is not None:
            yield f"falha = {toml(plan.reason.code)}"
        return
    if after.step is not None:
        yield f"etapa = {after.step}"
    yield f'status = "{after.status}"'
    if after.holder is not None and (receiver := destination_text(after.holder, after.coligada)) is not None:
        yield f"recebedor = {toml(receiver)}"
    yield f"emails = {toml([mail.to for mail in plan.mails]) if addresses and plan.mails else len(plan.mails)}"
    before = plan.before
    if before is not None:
        for table, attribute in (("campos", "fields"), ("parametros", "parameters")):
            old: Mapping[str, Any] = getattr(before, attribute)
            new: Mapping[str, Any] = getattr(after, attribute)
            changed = {key: value for key, value in new.items() if old.get(key) != value}
            if table == "campos":
                changed |= {one.field: one.new for one in plan.changes if one.field in ALL_FIELDS and one.field not in NAMES}
            yield from (f"{table}.{key_text(key)} = {toml(value)}" for key, value in changed.items())


# -- the whole of a decision ---------------------------------------------------------------------------

Tables = dict[str, dict[str, Any]]
NOT_KEPT = frozenset({"mail"})
"""Actions that a case has no keys for."""


def tables_of(plan: Plan, site: Site) -> Tables:
    """The tables of a case's context that stand for what the plan was decided by and the ticket does not say."""
    made: Tables = {}
    supposed = plan.hypothesis
    if supposed is not None and supposed.texts:
        made["formulas"] = {code: site.formulas[code.upper()].text for code in supposed.texts}
    if supposed is not None and supposed.stand_ins:
        made |= {"funcoes": dict(site.stand_ins), "memorias": dict(site.memories)}
    facts = read_facts(plan.facts)
    if facts is not None and facts.rows:
        made["sql"] = {code: {"linhas": list(rows)} for code, _, rows in facts.rows}
    return made


def text_of(plans: Sequence[Plan], name: str, tables: Tables, *, addresses: bool = True) -> str:
    """One move, or a flow."""
    if len(plans) == 1:
        return case_text(plans[0], name, tables, addresses=addresses)
    return flow_text(plans, name, tables, addresses=addresses)


def tables_of_all(plans: Sequence[Plan], site: Site) -> Tables:
    """The tables of all plans together; of what several give, the last."""
    made: Tables = {}
    for plan in plans:
        for table, values in tables_of(plan, site).items():
            made[table] = {**made.get(table, {}), **values}
    return made


def outcome(plan: Plan) -> tuple[Any, ...]:
    """What of a decision masking should leave as it is."""
    after = plan.after if plan.applies else None
    return (plan.applies, plan.gate, after and (after.step, after.status, after.holder), len(plan.mails))


@attrs.frozen(eq=False)
class StandInSentences:
    """The rows that a case gives in place of a database. A sentence without rows is a fault that says what to write."""

    given: Mapping[str, Any]

    def rows(self, code: str, bind: Callable[[str], Any], limits: Limits) -> Iterable[Mapping[str, Any]]:
        """The rows of a sentence; a column that only others have is NULL."""
        for name, rows in self.given.items():
            if name.upper() == code.upper():
                names = dict.fromkeys(column for row in rows for column in row)
                return [{column: row.get(column) for column in names} for row in rows]
        raise Fault(
            "sentenca-sem-linhas",
            message("o caso não diz as linhas da sentença '{codigo}'", codigo=code),
            message("acrescente: contexto.sql.{codigo}.linhas = [{{ CAMPO = 1 }}]", codigo=code),
        )
