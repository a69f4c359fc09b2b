"""The fields of a ticket, one row each: reading, columns, formulas, changes, pages and searches read the same row.

A field that is added gets a row here, an attribute of :class:`routing.domain.model.Ticket` and a migration; nothing else
names it. A formula's own list of names is :data:`formula.schema.STANDARD_FIELDS`, which a test compares with this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import attrs

from formula.messages import Message
from routing.domain.model import CLIENT_KINDS, CONTACT_ORIGINS, PRIORITIES
from routing.messages import message

LINE, TEXT, NUMBER, CODE = "linha", "texto", "numero", "codigo"
MOMENT, DAY, PERSON, HOLDER, VALUES = "momento", "dia", "pessoa", "detentor", "valores"
"""Kinds: a short text; one of several lines; a whole number that is never absent; one that may be; a time on the clock; a date
or time; an attendant's key; who has the ticket; named values."""

ACTOR, CHIEF, CONTACT, LINKED, ONCE, BY_ACTION, FIXED = "quem atua", "chefe", "contato", "vinculo", "uma vez", "acao", "fixo"
"""Who may write: whoever may act on the ticket; a chief (S:140); the four conditions of S:28-32; the right to link (S:40-44);
whoever may act, once (S:133); nobody, since actions do it; nobody ever."""


@attrs.frozen(kw_only=True)
class TicketField:
    """A row. ``attribute`` is that of a ticket and its column; ``formula`` the name in formulas and in changes, ``key`` the one in
    ``[[atendimento]]``; either is empty when there is none. ``allowed`` is a closed list of values.
    """

    attribute: str
    label: Message
    kind: str = LINE
    formula: str = ""
    key: str = ""
    writer: str = BY_ACTION
    allowed: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether its values are texts."""
        return self.kind in {LINE, TEXT, PERSON}

    @property
    def writable(self) -> bool:
        """Whether a person or a formula may ever set it."""
        return self.writer not in {BY_ACTION, FIXED}


def line(attribute: str, formula: str, key: str, label: Message, writer: str = ACTOR, allowed: tuple[str, ...] = ()) -> TicketField:
    """The row of a short text."""
    return TicketField(attribute=attribute, formula=formula, key=key, label=label, writer=writer, allowed=allowed)


ROWS: tuple[TicketField, ...] = (
    TicketField(attribute="coligada", key="coligada", kind=NUMBER, label=message("coligada"), writer=FIXED),
    TicketField(
        attribute="locality", formula="LOCALIDADE", key="localidade", kind=NUMBER, label=message("localidade"), writer=FIXED
    ),
    TicketField(attribute="code", formula="CODIGO", key="codigo", kind=NUMBER, label=message("código"), writer=FIXED),
    TicketField(attribute="type", formula="TIPO", key="tipo", kind=NUMBER, label=message("tipo"), writer=FIXED),
    TicketField(attribute="step", formula="ETAPA", key="etapa", kind=CODE, label=message("etapa")),
    TicketField(attribute="status", formula="STATUS", key="status", label=message("status")),
    TicketField(attribute="holder", key="atendente", kind=HOLDER, label=message("com")),
    line("priority", "PRIORIDADE", "prioridade", message("prioridade"), allowed=PRIORITIES),
    line("subject", "ASSUNTO", "assunto", message("assunto")),
    TicketField(
        attribute="request", formula="SOLICITACAO", key="solicitacao", kind=TEXT, label=message("solicitação"), writer=ACTOR
    ),
    TicketField(attribute="solution", formula="SOLUCAO", key="solucao", kind=TEXT, label=message("solução"), writer=ACTOR),
    TicketField(attribute="opener", formula="ABERTO_POR", key="aberto_por", kind=PERSON, label=message("aberto por"), writer=FIXED),
    TicketField(attribute="opened_at", formula="ABERTURA", key="aberto_em", kind=MOMENT, label=message("aberto em"), writer=FIXED),
    TicketField(attribute="closed_at", formula="FECHAMENTO", key="fechado_em", kind=MOMENT, label=message("fechado em")),
    TicketField(
        attribute="first_contact_at",
        formula="PRIMEIROCONTATO",
        key="primeiro_contato",
        kind=MOMENT,
        label=message("primeiro contato"),
        writer=ONCE,
    ),
    line("category", "CATEGORIA", "categoria", message("categoria")),
    line("product", "PRODUTO", "produto", message("produto")),
    line("product_detail", "DETALHEPRODUTO", "detalhe_produto", message("detalhe do produto")),
    line("client_kind", "TIPOCLIENTE", "tipo_cliente", message("tipo de cliente"), allowed=CLIENT_KINDS),
    line("client_code", "CLIENTE", "cliente", message("cliente")),
    line("client_contact", "CONTATOCLIENTE", "contato_cliente", message("contato do cliente"), CONTACT),
    line("representative", "REPRESENTANTE", "representante", message("representante"), LINKED),
    line("representative_contact", "CONTATOREPRESENTANTE", "contato_representante", message("contato do representante"), LINKED),
    line("contact_kind", "TIPOCONTATO", "tipo_contato", message("tipo do contato")),
    line("contact_origin", "ORIGEMCONTATO", "origem_contato", message("origem do contato"), allowed=CONTACT_ORIGINS),
    TicketField(
        attribute="contact_owner",
        formula="RESPONSAVELCONTATO",
        key="responsavel_contato",
        kind=PERSON,
        label=message("responsável pelo contato"),
        writer=ACTOR,
    ),
    line("classification", "CLASSIFICACAO", "classificacao", message("classificação")),
    TicketField(attribute="wake_up", key="despertamento", kind=DAY, label=message("despertamento")),
    TicketField(attribute="deadline", key="prazo", kind=DAY, label=message("prazo")),
    TicketField(attribute="schedule_count", formula="AGENDAMENTOS", key="agendamentos", kind=NUMBER, label=message("agendamentos")),
    TicketField(
        attribute="access_level", formula="NIVELACESSO", key="nivel", kind=NUMBER, label=message("nível de acesso"), writer=CHIEF
    ),
    TicketField(
        attribute="voicemail", formula="CAIXAPOSTAL", key="caixa_postal", kind=NUMBER, label=message("caixa postal"), writer=ACTOR
    ),
    line("movement", "MOVIMENTO", "movimento", message("movimento")),
    TicketField(attribute="requisition", key="requisicao", kind=CODE, label=message("requisição")),
    TicketField(attribute="parameters", key="parametros", kind=VALUES, label=message("parâmetros"), writer=ACTOR),
    TicketField(attribute="fields", key="campos", kind=VALUES, label=message("campos complementares"), writer=ACTOR),
    TicketField(attribute="version", key="versao", kind=NUMBER, label=message("versão")),
    TicketField(attribute="step_version", kind=NUMBER, label=message("versão ao entrar na etapa")),
    TicketField(attribute="entered_at", key="na_etapa_desde", kind=MOMENT, label=message("na etapa desde")),
    TicketField(attribute="step_told", kind=NUMBER, label=message("o que o relógio já fez da etapa")),
    TicketField(attribute="deadline_told", kind=NUMBER, label=message("o que o relógio já fez do prazo")),
    TicketField(attribute="changed_by", kind=PERSON, label=message("mudado por")),
    TicketField(attribute="changed_at", kind=MOMENT, label=message("mudado em")),
)
"""In the order of a ticket's page."""

BY_ATTRIBUTE: Mapping[str, TicketField] = MappingProxyType({row.attribute: row for row in ROWS})
BY_FORMULA_NAME: Mapping[str, TicketField] = MappingProxyType({row.formula: row for row in ROWS if row.formula})
BY_KEY: Mapping[str, TicketField] = MappingProxyType({row.key: row for row in ROWS if row.key})
HOLDER_NAMES = ("ATENDENTE", "GRUPO")
"""Two names of formulas for one field: who has the ticket, a person or a group; the other is empty."""
KEY_ATTRIBUTES = ("coligada", "locality", "code")
"""What a ticket is named by."""


def of_kind(*kinds: str) -> Iterable[TicketField]:
    """The rows of some kinds, in order."""
    return (row for row in ROWS if row.kind in kinds)


FIELD_KEYS: Mapping[str, str] = {
    **{name: row.key for name, row in BY_FORMULA_NAME.items()},
    "ATENDENTE": "atendente",
    "GRUPO": "grupo",
}
"""Where a ticket's table has the fields that formulas see."""
