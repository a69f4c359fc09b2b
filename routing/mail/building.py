"""A mail row becomes a message for SMTP: text and HTML, encodings, and headers that nothing can break out of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from routing.domain.addresses import one_address, read_addresses
from routing.failures import MailFault
from routing.mail.outbox import Attachment, one_line
from routing.mail.states import Mail
from routing.messages import message

POLICY = SMTP.clone(cte_type="7bit")
"""Seven-bit encodings pass every server; long header lines are folded."""
PAGE = """\
<!DOCTYPE html>
<html lang="pt-BR">
<head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family: sans-serif; line-height: 1.5">
{paragraphs}
</body>
</html>
"""


def build(mail: Mail, sender: str, now: datetime, files: Sequence[Attachment] = ()) -> EmailMessage:
    """The message of a mail row. ``sender`` stands in for a row without one; ``now`` (with zone) is its date.

    MailFault when there is no valid sender or recipient.
    """
    start = checked(mail.from_address or sender)
    made = EmailMessage(policy=POLICY)
    made["From"] = Address(addr_spec=start)
    to, cc = read_addresses(mail.to), read_addresses(mail.cc)
    if to.bad or cc.bad or not mail.recipients:
        raise MailFault(message("o e-mail não tem destinatário válido"))
    if to.good:
        made["To"] = [Address(addr_spec=one) for one in to.good]
    if cc.good:
        made["Cc"] = [Address(addr_spec=one) for one in cc.good]
    made["Subject"] = one_line(mail.subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = mail.message_id
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    body = readable(mail.body)
    made.set_content(body + "\n", subtype="plain", charset="utf-8")
    made.add_alternative(mail.html or page(mail.subject, body), subtype="html", charset="utf-8")
    for file in files:
        main, _, sub = file.content_type.partition("/")
        made.add_attachment(
            file.content, maintype=main or "application", subtype=sub or "octet-stream", filename=one_line(file.name)
        )
    return made


def checked(text: str) -> str:
    """An address that may stand in a header. MailFault when it is none."""
    address = one_address(text)
    if address is None:
        raise MailFault(
            message("'{texto}' não é um endereço de e-mail", texto=one_line(text)),
            message("escreva o remetente em [smtp] remetente de repasse.toml, como 'atendimento@exemplo.com.br'"),
        )
    return address


def readable(text: str) -> str:
    """A body without control characters, lines ended alike."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c in "\n\t" or c.isprintable() or not c.isascii() else " " for c in lines).rstrip()


def page(title: str, body: str) -> str:
    """The built-in HTML of a text: paragraphs at blank lines, everything escaped."""
    blocks = [block for block in body.split("\n\n") if block.strip()]
    paragraphs = "\n".join("<p>" + escape(block.strip("\n")).replace("\n", "<br>\n") + "</p>" for block in blocks)
    return PAGE.format(title=escape(one_line(title)), paragraphs=paragraphs)
