"""The words of a mail: the site's own templates where it has them, else the built-in text (S:71). Pure once loaded.

A site writes ``modelos/KIND.assunto``, ``modelos/KIND.txt`` and ``modelos/KIND.html`` (any of them) for the kinds
handoff, handoff_copy, opening, ticket and reminder, in Jinja. Templates see the mail's facts as text, and ``assunto``,
``corpo``, ``para``, ``copia`` and ``de`` of the built-in mail; they run in a sandbox, cannot change anything, and
end at bounds of their own (:mod:`routing.mail.template_bounds`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from routing.domain.decision import Plan, Reason
from routing.domain.mails import MAIL_KINDS, MAIL_PARTS, MailDraft
from routing.failures import SettingsFault
from routing.messages import message
from routing.settings import Settings


@attrs.frozen(eq=False)
class Templates:
    """Compiled templates by ``KIND.PART``."""

    made: Mapping[str, Any]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of mail that have words of their own."""
        return frozenset(name.partition(".")[0] for name in self.made)


NO_TEMPLATES = Templates({})


def load_templates(folder: Path, settings: Settings) -> Templates:
    """Compile the templates of a workspace. SettingsFault names the file and line of one that cannot be compiled."""
    texts = {
        f"{kind}.{part}": path.read_text(encoding="utf-8")
        for kind in MAIL_KINDS
        for part in MAIL_PARTS
        if (path := folder / settings.models / f"{kind}.{part}").is_file()
    }
    return compile_templates(texts) if texts else NO_TEMPLATES


def compile_templates(texts: Mapping[str, str]) -> Templates:
    """Compile texts by ``KIND.PART``; HTML ones escape what they insert."""
    from jinja2 import TemplateSyntaxError

    from routing.mail.template_bounds import bounded_environment

    plain, escaping = bounded_environment(escaping=False), bounded_environment(escaping=True)
    made = {}
    for name, text in texts.items():
        try:
            made[name] = (escaping if name.endswith(".html") else plain).from_string(text)
        except TemplateSyntaxError as error:
            raise SettingsFault(
                message(
                    "o modelo de e-mail '{nome}' tem um erro na linha {linha}: {motivo}",
                    nome=name,
                    linha=error.lineno,
                    motivo=error.message,
                ),
                message("corrija o modelo, ou apague o arquivo para usar o texto do sistema"),
            ) from error
    return Templates(made)


def rendered(template: Any, facts: Mapping[str, Any]) -> str:
    """What a template makes of the facts, within its bounds. Raises whatever a template raises."""
    from routing.mail.template_bounds import LONGEST, Spent, a_run

    made: list[str] = []
    size = 0
    with a_run():
        for piece in template.generate(facts):
            size += len(piece)
            if size > LONGEST:
                raise Spent(message("o texto passou de {limite} caracteres", limite=LONGEST))
            made.append(piece)
    return "".join(made)


def dress(plan: Plan, templates: Templates) -> Plan:
    """The plan with its mails in the site's words. A template that fails leaves the built-in text and a warning, the
    same one once for all mails."""
    if not templates.made:
        return plan
    warnings: list[Reason] = []
    mails = tuple(dressed(mail, templates, warnings) for mail in plan.mails)
    told = [warning for place, warning in enumerate(warnings) if warning not in warnings[:place]]
    return attrs.evolve(plan, mails=mails, warnings=(*plan.warnings, *told))


def dress_one(mail: MailDraft, templates: Templates) -> tuple[MailDraft, list[Reason]]:
    """One mail in the site's words, and what failed."""
    warnings: list[Reason] = []
    return dressed(mail, templates, warnings), warnings


OWN_OR = {"handoff_copy": "handoff"}
"""The copy of a handoff mail has its own templates, or those of the mail itself (S:82)."""


def template_of(templates: Templates, kind: str, part: str) -> tuple[str, Any]:
    """The template of a part of a mail with its name, or None. A site that writes any part of the copy writes it whole."""
    name = f"{kind if kind in templates.kinds else OWN_OR.get(kind, kind)}.{part}"
    return name, templates.made.get(name)


def dressed(mail: MailDraft, templates: Templates, warnings: list[Reason]) -> MailDraft:
    """One mail in the site's words."""
    facts: dict[str, Any] = {
        **{name: dict(fact) if isinstance(fact, tuple) else fact for name, fact in mail.facts},
        "assunto": str(mail.subject),
        "corpo": str(mail.body),
        "para": mail.to,
        "copia": mail.cc,
        "de": mail.from_address,
    }
    changes: dict[str, Any] = {}
    for part, field in (("assunto", "subject"), ("txt", "body"), ("html", "html")):
        name, template = template_of(templates, mail.kind, part)
        if template is not None:
            try:
                changes[field] = rendered(template, facts)
            except Exception as error:  # noqa: BLE001 - a template may fail in any way, a move must not
                warnings.append(
                    Reason(
                        "modelo-com-falha",
                        message(
                            "o modelo de e-mail '{nome}' falhou: {motivo}",
                            nome=name,
                            motivo=str(error),
                        ),
                        message("o e-mail vai com o texto do sistema; corrija o modelo"),
                    )
                )
    return attrs.evolve(mail, **changes)
