"""Sending one mail from claim to settlement; the same for every kind of worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage

import attrs

from routing.failures import MailFault
from routing.mail import states as dispatch
from routing.mail.building import build, checked
from routing.mail.courier import Delivered, Undelivered, deliver
from routing.mail.states import Mail
from routing.messages import message
from routing.settings import Settings, Smtp
from routing.store.unit import Store

Transport = Callable[[EmailMessage, str, tuple[str, ...], Smtp], Awaitable[Delivered | Undelivered]]


@attrs.frozen(eq=False)
class Office:
    """What a worker works with; ``worker`` is its name in the leases, ``zone`` the site's."""

    store: Store
    settings: Settings
    worker: str
    zone: tzinfo | None = None


async def send_one(office: Office, name: str) -> datetime | None:
    """Claim a mail by its Message-ID, send it, settle it. When to come back for it; None when it is settled.

    A worker that dies in between leaves the lease; the mail is sent again then, with the same Message-ID.
    """
    rules = office.settings.rules
    claim = await asyncio.to_thread(dispatch.claim, office.store, name, office.worker, utc_now(), rules)
    if claim.mail is None:
        return claim.later
    outcome = await hand_over(office, claim.mail)
    return await asyncio.to_thread(settle, office, claim.mail, outcome)


async def hand_over(office: Office, mail: Mail) -> Delivered | Undelivered:
    """Build the message and give it to the server."""
    smtp = office.settings.smtp
    try:
        files = await asyncio.to_thread(dispatch.attachments_of, office.store, mail)
        made = build(mail, smtp.sender, utc_now(), files)
        sender = checked(smtp.sender or mail.from_address)
    except MailFault as fault:
        return Undelivered(fault.text(), for_good=True)
    transport = transport_of(smtp.transport)
    if transport is None:
        return Undelivered(message("nenhum plugin instalado traz o transporte '{nome}'", nome=smtp.transport))
    return await transport(made, sender, mail.recipients, smtp)


def transport_of(name: str) -> Transport | None:
    """A plugin's way of sending by name, ours without one; None when no plugin has it, which a later one may mend."""
    if not name:
        return deliver
    from routing.plugins import installed

    return installed().mail_transports.get(name)


def settle(office: Office, mail: Mail, outcome: Delivered | Undelivered) -> datetime | None:
    """Write what became of it; when to come back."""
    store, rules, worker, zone = office.store, office.settings.rules, office.worker, office.zone
    if isinstance(outcome, Undelivered):
        if outcome.for_good:
            dispatch.failed(store, mail, worker, utc_now(), outcome.why, zone=zone)
            return None
        return dispatch.again(store, mail, worker, utc_now(), rules, outcome.why, zone=zone)
    if outcome.left:
        why = outcome.refused or "alguns destinatários ficaram para depois"
        return dispatch.again(store, mail, worker, utc_now(), rules, why, outcome.left, zone=zone)
    dispatch.sent(store, mail, worker, utc_now(), outcome.refused, zone=zone)
    return None


def utc_now() -> datetime:
    """The machine's clock, with its zone."""
    return datetime.now(UTC)
