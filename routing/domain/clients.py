"""Who may be the client of a ticket (S:23-25)."""

from __future__ import annotations

from collections.abc import Mapping

from routing.domain.decision import Reason
from routing.domain.model import Client, Ticket
from routing.domain.site import Site
from routing.messages import message


def client_key(ticket: Ticket) -> str:
    """``tipo;código``, as the directory has it; a client without a kind is a plain one."""
    return f"{ticket.client_kind or 'cliente'};{ticket.client_code}"


def allows_suppliers(site: Site) -> bool:
    """The parameter "Não permitir cadastrar atendimentos para fornecedores" (S:24), ``[atendimento] fornecedores = false``."""
    given = site.settings.get("atendimento", {})
    return not (isinstance(given, Mapping) and given.get("fornecedores") is False)


def dormant(client: Client) -> bool:
    """An inactive prospect or suspect (S:25): shown in no look-up, and no client of a new ticket."""
    return not client.active and client.kind in {"prospect", "suspect"}


def plain_document(text: str) -> str:
    """A CPF or CNPJ without its signs; letters of a CNPJ are capitals."""
    return "".join(char for char in text.upper() if char.isascii() and char.isalnum())


def client_warning(site: Site, ticket: Ticket) -> Reason | None:
    """A client that is inactive and may have tickets all the same (rout-27)."""
    found = site.people.clients.get(client_key(ticket)) if ticket.client_code else None
    if found is None or found.active or dormant(found):
        return None
    return Reason(
        "cliente-inativo",
        message("o cliente {nome} ({codigo}) está inativo", nome=found.name, codigo=found.code),
        message("ative o cadastro, ou confira se é mesmo este"),
    )


def client_fault(site: Site, ticket: Ticket) -> Reason | None:
    """Why the client of a ticket cannot be one: a supplier where none may be, an inactive prospect."""
    if not ticket.client_code:
        return None
    if ticket.client_kind == "fornecedor" and not allows_suppliers(site):
        return Reason(
            "cliente-fornecedor",
            message("o cliente {codigo} é fornecedor, e fornecedores não têm atendimentos aqui", codigo=ticket.client_code),
            message("o parâmetro é fornecedores = false, em [atendimento] de repasse.toml"),
        )
    found = site.people.clients.get(client_key(ticket))
    if found is not None and dormant(found):
        return Reason(
            "cliente-inativo",
            message("{tipo} {nome} ({codigo}) está inativo", tipo=found.kind.capitalize(), nome=found.name, codigo=found.code),
            message("ative o cadastro, ou escolha outro cliente"),
        )
    return None
