"""One mail over SMTP (aiosmtplib): STARTTLS or TLS, login, and what the server's answer means."""

from __future__ import annotations

import asyncio
import socket
import ssl
from email.message import EmailMessage
from functools import cache
from typing import Any

import attrs

from routing.settings import Smtp

PIECE = 100
"""Recipients of one hand-over; a server need take no more (RFC 5321)."""

FOR_GOOD = 500
"""SMTP answers from 500 on are refusals for good; 4xx ask to come back."""


@attrs.frozen
class Delivered:
    """The server has the mail. ``refused`` tells of recipients refused for good, ``left`` are those to try again."""

    refused: str | None = None
    left: tuple[str, ...] = ()


@attrs.frozen
class Undelivered:
    """The server does not have it: why, and whether that is for good."""

    why: str
    for_good: bool = False


async def deliver(mail: EmailMessage, sender: str, recipients: tuple[str, ...], smtp: Smtp) -> Delivered | Undelivered:
    """Hand a mail to the server.

    Whatever is not the mail's own fault (no server, no TLS, a wrong password) is only for now, so that no mail is
    lost to a wrong setting.
    """
    import aiosmtplib

    if not smtp.host:
        return Undelivered("falta o servidor de e-mail ([smtp] servidor em repasse.toml)")
    try:
        client = aiosmtplib.SMTP(
            hostname=smtp.host,
            port=smtp.port,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
            tls_context=None if smtp.security == "nenhuma" else trust(smtp),
            timeout=smtp.timeout,
            local_hostname=await asyncio.to_thread(own_name),
        )
        async with client:
            if smtp.user:
                await client.login(smtp.user, smtp.password)
            content = mail.as_bytes()
            refusals, _ = await client.sendmail(sender, list(recipients[:PIECE]), content)
            for at in range(PIECE, len(recipients), PIECE):
                refusals = {**refusals, **await next_piece(client, sender, recipients[at : at + PIECE], content)}
    except aiosmtplib.SMTPAuthenticationError as error:
        return Undelivered(f"o servidor não aceitou o usuário ou a senha: {error.code} {error.message}")
    except aiosmtplib.SMTPRecipientsRefused as error:
        return refused_all(error)
    except aiosmtplib.SMTPResponseException as error:
        return Undelivered(f"{error.code} {error.message}", for_good=error.code >= FOR_GOOD and not connecting(error))
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
        return Undelivered(f"{type(error).__name__}: {error}")
    return partly(refusals)


async def next_piece(client: Any, sender: str, recipients: tuple[str, ...], content: bytes) -> dict[str, Any]:
    """Hand the same mail over for further recipients; those whom the server does not take, each with its answer. What goes
    wrong here is for later: the first recipients have their mail."""
    import aiosmtplib

    try:
        refusals, _ = await client.sendmail(sender, list(recipients), content)
    except aiosmtplib.SMTPRecipientsRefused as error:
        return {one.recipient: aiosmtplib.SMTPResponse(one.code, one.message) for one in error.recipients}
    except (aiosmtplib.SMTPException, OSError) as error:
        return dict.fromkeys(recipients, aiosmtplib.SMTPResponse(450, str(error)))
    return dict(refusals)


@cache
def own_name() -> str:
    """This machine's name for EHLO, looked up once: the network may take its time to tell it."""
    name = socket.getfqdn()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def trust(smtp: Smtp) -> ssl.SSLContext:
    """Certificates are checked, against the system's authorities or the site's own file."""
    return ssl.create_default_context(cafile=smtp.authority or None)


def connecting(error: Any) -> bool:
    """Whether the answer came before the mail was offered: to the connection, HELO or STARTTLS."""
    import aiosmtplib

    return isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPHeloError)


def refused_all(error: Any) -> Undelivered:
    """No recipient was taken: for good when each of them was refused for good."""
    said = "; ".join(f"{one.recipient}: {one.code} {one.message}" for one in error.recipients)
    return Undelivered(said, for_good=all(one.code >= FOR_GOOD for one in error.recipients))


def partly(refusals: Any) -> Delivered:
    """Some recipients were taken; those refused for now are left."""
    said = [f"{address}: {answer.code} {answer.message}" for address, answer in refusals.items() if answer.code >= FOR_GOOD]
    left = tuple(address for address, answer in refusals.items() if answer.code < FOR_GOOD)
    return Delivered("; ".join(said) or None, left)
