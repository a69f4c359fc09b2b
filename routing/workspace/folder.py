"""A workspace folder read into a :class:`routing.domain.site.Site`, every fault of every file at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

import attrs

from formula.builtins.people import CHIEFS_FROM
from formula.builtins.table import Function
from formula.diagnostics import Diagnostic, place
from formula.limits import Limits
from formula.names import as_seen, name_key
from formula.schema import kinds_of
from formula.source import Source, Span
from formula.types import kind_set
from routing.domain.annexes import annex_kinds
from routing.domain.clients import REPRESENTATIVE
from routing.domain.mails import MAIL_KINDS, MAIL_PARTS
from routing.domain.model import Client, Ticket
from routing.domain.relations import KINDS as RELATION_KINDS
from routing.domain.site import FormulaText, Policy, SentenceText, Site
from routing.errors import FileFaults, WorkspaceError
from routing.failures import SettingsFault
from routing.messages import message
from routing.plugins import Misfit, installed, with_aliases
from routing.refusals import TABLE
from routing.setting_hooks import read_hooks
from routing.setting_tables import of_this_place
from routing.workspace.annexes import KEY as ANNEXES
from routing.workspace.annexes import check_types, read_annexes
from routing.workspace.causes import MISPLACED, without_consequences
from routing.workspace.code_folder import user_cache
from routing.workspace.reading import (
    HANDOFF_KINDS,
    Registry,
    directory_people,
    read_contacts,
    read_directory,
    read_tickets,
    read_type,
)
from routing.workspace.references import GONE_NAMES, check_references
from routing.workspace.strays import RULES, misplaced_formulas, other_name, unread_folders
from routing.workspace.toml_places import Document, read
from routing.workspace.toml_tables import Table
from routing.workspace.working_time import read_calendar, read_zone

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SETTINGS, DIRECTORY = "repasse.toml", "diretorio.toml"
FORMULAS, SENTENCES, TYPES, TICKETS, CASES = "formulas", "sentencas", "tipos", "atendimentos", "casos"
LIMIT_KEYS = {
    "passos": "steps", "texto": "text", "digitos": "digits", "profundidade": "depth", "fonte": "source",
    "aninhamento": "nesting", "palavras": "words", "linhas": "rows", "celulas": "cells",
}  # fmt: skip
POLICY_KEYS = {
    "movimentos_por_plano": "moves_per_plan",
    "movimentos_por_hora": "moves_per_ticket_hour",
    "emails_por_hora": "mails_per_address_hour",
    "emails_por_movimento": "mails_per_move",
    "destinatarios_por_movimento": "recipients_per_move",
    "anexos_por_email": "files_per_mail",
    "bytes_por_anexo": "file_bytes",
    "bytes_por_email": "mail_bytes",
}


ELSEWHERE = frozenset(
    {"apelidos", "atendimento", "banco", "campos", "diretorio", "fontes", "modelos", "publicar", "servico", "sql", "webhook"}
)
"""Tables and keys of repasse.toml that others read: the store, mail, the service, sentences, releases."""


@attrs.define(eq=False)
class Folder:
    """A workspace being read."""

    path: Path
    documents: dict[Path, Document] = attrs.field(factory=dict)
    faults: dict[Path, list[Diagnostic]] = attrs.field(factory=dict)
    zone: tzinfo | None = None

    def text(self, path: Path) -> str:
        """The text of a file: UTF-8, or Windows-1252 with a lint; an unreadable one is a fault and empty."""
        try:
            raw = path.read_bytes()
        except OSError as error:
            self.fault(path, "arquivo-ilegivel", message("o arquivo não pode ser lido: {motivo}", motivo=error.strerror or ""))
            return ""
        if raw.startswith(UTF_16):
            self.fault(
                path,
                "codificacao",
                message("o arquivo está em UTF-16 e foi lido assim"),
                message("grave-o de novo em UTF-8"),
            )
            return raw.decode("utf-16", errors="replace").replace("\r\n", "\n")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.fault(
                path,
                "codificacao",
                message("o arquivo não está em UTF-8; foi lido como Windows-1252"),
                message("grave-o de novo em UTF-8"),
            )
            return raw.decode("cp1252", errors="replace")

    def fault(self, path: Path, code: str, said: Any, hint: Any = None) -> None:
        """A fault of a whole file."""
        source = Source("", str(path))
        self.faults.setdefault(path, []).append(place(source, Span(0, 0), code, TABLE[code].severity, said, hint))

    def document(self, path: Path) -> Document:
        """A TOML file, read once."""
        if path not in self.documents:
            self.documents[path] = read(self.text(path), self.name(path), self.zone)
        return self.documents[path]

    def name(self, path: Path) -> str:
        """A file's name as messages show it: relative to the workspace."""
        return path.relative_to(self.path).as_posix()

    def files(self, under: str, ending: str) -> list[Path]:
        """Files of a sub-folder, in order of name."""
        folder = self.path / under
        return sorted(folder.glob(f"**/*{ending}")) if folder.is_dir() else []

    def all_faults(self) -> list[FileFaults]:
        """Every file with what was found in it, faults in order of place."""
        found = {path: list(faults) for path, faults in self.faults.items()}
        for path, document in self.documents.items():
            found.setdefault(path, []).extend(document.faults)
        return [
            (path, sorted(faults, key=lambda one: (one.span.start, one.code))) for path, faults in sorted(found.items()) if faults
        ]


def load_workspace(path: str | os.PathLike[str]) -> Site:
    """The site of a workspace folder. WorkspaceError with every fault when one of them is an error."""
    site, found = read_workspace(path)
    if stopping(Path(path), found):
        raise WorkspaceError(found)
    return site


def stopping(folder: Path, found: Iterable[FileFaults]) -> list[FileFaults]:
    """The files with errors that keep a site from working. A sample ticket that names what is gone is left out, and told by
    ``check`` and to whoever asks for it; the others, and those that the store has, go on."""
    samples = folder / TICKETS
    return [
        (path, faults)
        for path, faults in found
        if any(fault.severity == "error" and not (fault.code in GONE_NAMES and path.is_relative_to(samples)) for fault in faults)
    ]


def read_workspace(path: str | os.PathLike[str], kinds: Iterable[str] = ()) -> tuple[Site, list[FileFaults]]:
    """The site as far as it can be read, and every fault. ``kinds`` are handoff kinds that plugins add."""
    folder = Folder(Path(path))
    if not folder.path.is_dir():
        folder.fault(folder.path, "arquivo-ausente", message("a pasta '{pasta}' não existe", pasta=folder.path))
        return Site(), folder.all_faults()
    registry, plugins = Registry(), installed()
    settings = folder.document(folder.path / SETTINGS) if (folder.path / SETTINGS).exists() else None
    deciding = read_settings(settings)
    folder.zone = deciding.get("zone")
    if (folder.path / DIRECTORY).exists():
        read_directory(folder.document(folder.path / DIRECTORY), registry)
    else:
        folder.fault(
            folder.path / DIRECTORY,
            "arquivo-ausente",
            message("falta o arquivo diretorio.toml"),
            other_name(folder.path / DIRECTORY) or message("escreva nele os atendentes ([[atendente]]) e os grupos ([[grupo]])"),
        )
    for file in folder.files(TYPES, ".toml"):
        document = folder.document(file)
        if not document.faults:
            read_type(document, registry, (*HANDOFF_KINDS, *plugins.handoff_kinds, *kinds))
    types = {kind.code: kind for kind in registry.of("type")}
    for failure in plugins.failures:
        folder.fault(folder.path / SETTINGS, "plugin-falhou", failure.message, message("atualize ou desinstale o plugin"))
    declared = declared_fields(settings)
    annexes = deciding.get("annexes", {})
    if settings is not None:
        check_types(settings, annexes, types)
    of_annexes = annex_kinds(annexes.values())
    for file in folder.files(TICKETS, ".toml"):
        read_tickets(folder.document(file), registry, types, declared | of_annexes)
    tickets: dict[str, Ticket] = {ticket.key: ticket for ticket in registry.of("ticket")}
    formulas = read_formulas(folder)
    extra = extra_fields(declared, tickets) | of_annexes | dict(RELATION_KINDS)
    known_fields = frozenset(declared | of_annexes) if declared else None
    check_references(
        registry,
        [one.code for one in formulas.values()],
        extra,
        deciding.get("classifications", ()),
        known_fields,
        deciding.get("representatives", {}),
        deciding.get("lists", {}),
    )
    report_misplaced(folder)
    site = Site(
        people=directory_people(registry),
        types=types,
        formulas=formulas,
        sentences=read_sentences(folder),
        extra_fields=extra,
        declared_fields=known_fields,
        tickets={key: ticket for key, ticket in tickets.items() if key not in registry.faulty},
        faulty_samples=registry.faulty,
        own_words=own_words(folder.path / str(deciding.get("settings", {}).get("modelos") or "modelos")),
        folder=str(folder.path),
        cache=user_cache(),
        functions=site_functions(plugins.functions, settings),
        handoff_kinds=plugins.handoff_kinds,
        **deciding,
    )
    return site, without_consequences(folder.path, folder.all_faults())


def report_misplaced(folder: Folder) -> None:
    """A folder under a near name; a formula that a type names and that stands elsewhere is a fault of its file, not of the type."""
    named = [
        document.source.text[fault.span.start : fault.span.end].strip("\"'")
        for document in folder.documents.values()
        for fault in document.faults
        if fault.code == "formula-desconhecida"
    ]
    for path, said, hint in (*unread_folders(folder.path, RULES), *misplaced_formulas(folder.path, named)):
        folder.fault(path, MISPLACED, said, hint)


def own_words(models: Path) -> frozenset[str]:
    """The kinds of mail that have a template of the site's."""
    return frozenset(kind for kind in MAIL_KINDS if any((models / f"{kind}.{part}").is_file() for part in MAIL_PARTS))


def site_functions(table: Mapping[str, Function], settings: Document | None) -> Mapping[str, Function]:
    """The functions of a site: those given, under more names when ``[apelidos]`` of repasse.toml says so."""
    if settings is None:
        return table
    for alias, target in Table(settings, (), settings.data).mapping("apelidos").items():
        try:
            table = with_aliases(table, {alias: target})
        except Misfit as misfit:
            settings.report("valor-invalido", ("apelidos", alias), misfit.args[0], message('escreva NOVONOME = "FUNCAO"'))
    return table


def declared_fields(settings: Document | None) -> dict[str, int]:
    """Kinds of the extra fields declared in ``[campos]`` of repasse.toml."""
    made: dict[str, int] = {}
    declared = Table(settings, (), settings.data).mapping("campos") if settings else {}
    for name, written in declared.items():
        try:
            made[name_key(name)] = kind_set(str(written))
        except KeyError:
            assert settings is not None
            settings.report(
                "valor-invalido",
                ("campos", name),
                message("'{tipo}' não é um tipo de campo", tipo=written),
                message("use texto, numero, data ou logico"),
            )
    return made


def extra_fields(declared: Mapping[str, int], tickets: Mapping[str, Ticket]) -> dict[str, int]:
    """Kinds of extra fields: those declared; without any, those that the sample tickets have."""
    made = dict(declared)
    if declared:
        return made
    for ticket in tickets.values():
        for name, value in ticket.fields.items():
            if value is not None:
                made[name] = made.get(name, 0) | kinds_of(value)
    return made


def read_settings(document: Document | None) -> dict[str, Any]:
    """What repasse.toml says to a decision; the rest (database, SMTP, sources) stays in ``settings``."""
    if document is None:
        return {}
    table = Table(document, (), document.data)
    limits, policy = table.inner("limites"), {}
    chosen = Limits()
    if limits is not None:
        policy = whole_numbers(limits, POLICY_KEYS)
        chosen = attrs.evolve(chosen, **whole_numbers(limits, LIMIT_KEYS))
        limits.finish()
    table.known |= ELSEWHERE
    try:
        read_hooks(document.data)
    except SettingsFault as fault:
        document.report("valor-invalido", fault.where, fault.message, fault.hint)
    table.known.add(ANNEXES)
    annexes = read_annexes(document)
    calendar = table.inner("calendario")
    named = table.inner("classificacoes")
    levels = {} if named is None else {name_key(name): level for name in named.data if (level := named.integer(name)) is not None}
    smtp = table.mapping("smtp")
    made = {
        "coligada": table.integer("coligada", 1, least=1),
        "language": table.word("idioma", ("pt", "en"), "pt"),
        "chiefs_from": table.word("chefia_a_partir", tuple(CHIEFS_FROM), "abertura"),
        "classifications": levels,
        "representatives": read_representatives(table),
        "lists": read_lists(table),
        "annexes": annexes,
        "zone": read_zone(table),
        **({} if calendar is None else {"calendar": read_calendar(calendar)}),
        "policy": Policy(limits=chosen, **policy),
        "settings": of_this_place(document.data, os.environ),
        "sender": str(smtp.get("remetente", "")),
        "senders": allowed_senders(smtp.get("remetentes", ())),
    }
    table.finish()
    return made


def read_representatives(table: Table) -> dict[str, Client]:
    """``[representantes]``: each by its code, with the codes of its contacts, or with ``nome`` and ``contatos`` as a client has
    them; there may be none."""
    inner = table.inner("representantes")
    if inner is None:
        return {}
    made: dict[str, Client] = {}
    for code, value in inner.data.items():
        known = Client(kind=REPRESENTATIVE, code=code, name="")
        if isinstance(value, Mapping):
            one = Table(inner.document, inner.at(code), inner.mapping(code))
            emails, names = read_contacts(one)
            made[code] = attrs.evolve(known, name=one.text("nome"), contact_emails=emails, contact_names=names)
            one.finish()
        else:
            made[code] = attrs.evolve(known, contact_emails=dict.fromkeys(inner.texts(code), ""))
    inner.finish()
    return made


LISTABLE = ("CATEGORIA", "PRODUTO", "DETALHEPRODUTO", "TIPOCONTATO")
"""The ticket's own fields that may have a closed list (S:16-21, 47-48)."""


def read_lists(table: Table) -> dict[str, tuple[str, ...]]:
    """``[listas]``: the values of the fields that take no other, by field; extra fields of ``[campos]`` are texts then."""
    inner = table.inner("listas")
    if inner is None:
        return {}
    declared = table.data.get("campos")
    extra = declared if isinstance(declared, Mapping) else {}
    texts = {name_key(name) for name, kind in extra.items() if isinstance(kind, str) and name_key(kind) == "TEXTO"}
    made: dict[str, tuple[str, ...]] = {}
    for name in inner.data:
        if name_key(name) not in texts and name_key(name) not in LISTABLE:
            continue  # told by finish
        made[name_key(name)] = values = inner.texts(name)
        if not any(one.strip() for one in values) or len({name_key(one) for one in values}) < len(values):
            inner.wrong(name, message("uma lista de textos diferentes, não vazia"), inner.data[name])
    inner.known |= {*LISTABLE, *texts}
    inner.finish()
    return made


def allowed_senders(given: object) -> frozenset[str]:
    """``[smtp] remetentes``: addresses and domains, in small letters. What is no list of texts is told where mail is sent."""
    return frozenset(str(one).strip().lower() for one in given) if isinstance(given, list) else frozenset()


def whole_numbers(table: Table, keys: Mapping[str, str]) -> dict[str, int]:
    """The settings of a table that are there."""
    return {name: value for key, name in keys.items() if (value := table.integer(key, least=1)) is not None}


def read_formulas(folder: Folder) -> dict[str, FormulaText]:
    """``formulas/CODE.formula`` by upper-case code; two files of one code are a fault."""
    return read_texts(folder, FORMULAS, ".formula", FormulaText)


def read_sentences(folder: Folder) -> dict[str, SentenceText]:
    """``sentencas/CODE.sql``; a first line ``-- fonte: NAME`` picks a source."""

    def made(code: str, text: str, path: str) -> SentenceText:
        first = text.lstrip().split("\n", 1)[0].strip()
        chosen = first.removeprefix("--").strip() if first.startswith("--") else ""
        name = chosen.split(":", 1)[1].strip() if chosen.lower().startswith("fonte") and ":" in chosen else ""
        return SentenceText(code, text, name or "padrao", path)

    return read_texts(folder, SENTENCES, ".sql", made)


def read_texts(folder: Folder, under: str, ending: str, made: Callable[[str, str, str], Any]) -> dict[str, Any]:
    """Files of one kind by upper-case code."""
    found: dict[str, Any] = {}
    for path in folder.files(under, ending):
        code = as_seen(path.name.removesuffix(ending))
        if code.upper() in found:
            folder.fault(
                path,
                "codigo-repetido",
                message("o código '{codigo}' aparece em dois arquivos", codigo=code),
                message("maiúsculas e minúsculas não distinguem códigos"),
            )
            continue
        found[code.upper()] = made(code, folder.text(path), folder.name(path))
    return found
