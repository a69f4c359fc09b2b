"""docs/workspace.md and docs/settings.md: every key of every file and every setting, from the readers' own schemas."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from kit.paths import TESTS

from routing.schemas import workspace_schemas
from routing.setting_list import settings_of

SAID: dict[str, dict[str, list[str]]] = tomllib.loads((TESTS / "kit" / "workspace_keys.toml").read_text("utf-8"))
LANGUAGES = ("pt", "en")

FILES: dict[str, tuple[str, tuple[str, str]]] = {
    "repasse": ("repasse.toml", ("O que vale para o ambiente inteiro. O arquivo pode faltar: tudo nele tem um valor sem ele.",
                                 "What holds for the whole workspace. The file may be missing: everything in it has a default.")),
    "diretorio": ("diretorio.toml", ("Pessoas, grupos, hierarquia, seções e clientes. Cada tabela se repete: `[[atendente]]`.",
                                     "People (atendente), groups, hierarchy, sections and clients. Each table repeats: `[[atendente]]`.")),
    "tipos": ("tipos/*.toml", ("Um tipo de atendimento por arquivo, com as suas etapas e o fluxo entre elas.",
                               "One ticket type a file, with its steps (etapa) and the flow between them.")),
    "atendimentos": ("atendimentos/*.toml", ("Atendimentos de exemplo; valem até o banco os conhecer.",
                                             "Sample tickets; they count until the database knows them.")),
}  # fmt: skip

KINDS = {
    "integer": ("número inteiro", "whole number"), "number": ("número", "number"), "string": ("texto", "text"),
    "boolean": ("true ou false", "true or false"), "array": ("lista", "list"), "object": ("tabela", "table"), "": ("", ""),
}  # fmt: skip

TEXTS = {
    "title": ("# Os arquivos de uma área de trabalho", "# The files of a workspace"),
    "made": ("Página gerada dos leitores destes arquivos (`./go generate`); chaves marcadas com * são obrigatórias. `repasse schema` dá o mesmo a um editor.",
             "Page made from the readers of these files (`./go generate`); keys with * are obligatory. `repasse schema` gives the same to an editor."),
    "rest": ("## Os outros", "## The others"),
    "settings": ("# Configurações e variáveis de ambiente", "# Settings and environment variables"),
    "list": ("Página gerada (`./go generate`). `repasse settings PASTA` mostra a mesma lista com o que vale agora e de onde vem; segredos ficam ocultos. A variável vale mais do que `repasse.toml`.",
             "Page made by program (`./go generate`). `repasse settings FOLDER` shows the same list with what holds now and where it comes from; secrets are hidden. The variable wins over `repasse.toml`."),
    "more": ("Além destas: `REPASSE_FONTES_NOME` é o endereço da fonte `NOME` de `[fontes]`, `REPASSE_WEBHOOK_SEGREDO_N` o segredo do enésimo `[[webhook]]`, `REPASSE_CACHE` a pasta do código guardado, `REPASSE_HISTORY` o histórico da sessão. As chaves que decidem (`coligada`, `fuso`, `[calendario]`, `[limites]` …) são regras, vão nas publicações e por isso não têm variável.",
             "Beside these: `REPASSE_FONTES_NAME` is the address of the source `NAME` of `[fontes]`, `REPASSE_WEBHOOK_SEGREDO_N` the secret of the n-th `[[webhook]]`, `REPASSE_CACHE` the folder of kept code, `REPASSE_HISTORY` the session's history. Keys that decide (`coligada`, `fuso`, `[calendario]`, `[limites]` …) are rules, go with releases and therefore have no variable."),
}  # fmt: skip

OTHERS = (
    (
        "- `formulas/CODIGO.formula`: o texto de uma fórmula; o nome do arquivo é o código ([linguagem](language.md), [funções](functions.md)).",
        "- `sentencas/CODIGO.sql`: uma consulta; a primeira linha `-- fonte: NOME` escolhe a fonte de `[fontes]`.",
        "- `casos/*.casos.toml`: testes de regras ([chaves](testing.md)).",
        "- `propriedades/*.toml`: o que vale para todos os atendimentos ([propriedades](properties.md)).",
        "- `modelos/`: modelos próprios de e-mail ([operação](operations.md)).",
    ),
    (
        "- `formulas/CODE.formula`: the text of a formula; the file's name is its code ([functions](functions.en.md)).",
        "- `sentencas/CODE.sql`: a query; a first line `-- fonte: NAME` picks a source of `[fontes]`.",
        "- `casos/*.casos.toml`: rule tests.",
        "- `propriedades/*.toml`: what holds for all tickets.",
        "- `modelos/`: the site's own mail templates ([operations](operations.en.md)).",
    ),
)


def keys_of(schema: dict[str, Any], before: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every key of a schema by its dotted path, with its own schema and whether it must be there."""
    inside = schema.get("items", schema) if schema.get("type") == "array" else schema
    for key, value in inside.get("properties", {}).items():
        below = value.get("items", value) if value.get("type") == "array" else value
        if isinstance(below, dict) and below.get("properties"):
            yield from keys_of(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value, key in inside.get("required", ())


def workspace_page(language: str) -> str:
    """Every key of every file."""
    at = LANGUAGES.index(language)
    schemas = workspace_schemas()["$defs"]
    lines = [TEXTS["title"][at], "", TEXTS["made"][at], ""]
    for name, (file, about) in FILES.items():
        found = {key: (schema, must) for key, schema, must in keys_of(schemas[name])}
        lines += [f"## `{file}`", "", about[at], "", *head(("chave", "tipo", "o que diz"), ("key", "kind", "what it says"), at=at)]
        for key in SAID[name]:
            schema, must = found.pop(key, ({}, False))
            lines.append(f"| `{key}`{'*' if must else ''} | {kind_of(schema, at)} | {SAID[name][key][at]} |")
        lines += [f"| `{key}` | | MISSING |" for key in found]
        lines.append("")
    return "\n".join([*lines, TEXTS["rest"][at], "", *OTHERS[at]]) + "\n"


def kind_of(schema: dict[str, Any], at: int) -> str:
    """The kind of a value, or the words that it may be."""
    words = schema.get("enum") or next((one["enum"] for one in schema.get("anyOf", ()) if "enum" in one), None)
    if words:
        return ", ".join(f"`{word}`" for word in words)
    kind = schema.get("type", "")
    if isinstance(kind, list):
        return KINDS["string"][at]
    return KINDS[kind][at] if kind else (("data", "date")[at] if schema.get("format") == "date-time" else "")


def undescribed() -> list[str]:
    """Keys that nobody has described yet, as they are written in workspace_keys.toml."""
    schemas = workspace_schemas()["$defs"]
    return [f"[{name}] {key}" for name in FILES for key, _, _ in keys_of(schemas[name]) if key not in SAID[name]]


def head(*titles: tuple[str, ...], at: int) -> list[str]:
    """The head of a table."""
    return [f"| {' | '.join(titles[at])} |", f"|{'---|' * len(titles[at])}"]


def settings_page(language: str) -> str:
    """Every setting of a place."""
    at = LANGUAGES.index(language)
    lines = [TEXTS["settings"][at], "", TEXTS["list"][at], ""]
    lines += head(("chave", "variável", "sem ela", "o que diz"), ("key", "variable", "default", "what it says"), at=at)
    for row in settings_of({}, {}):
        default = f"`{row.default}`" if row.default else "–"
        lines.append(f"| `{row.key}` | `{row.variable}` | {default} | {SAID['repasse'].get(row.key, ['', ''])[at]} |")
    return "\n".join([*lines, "", TEXTS["more"][at]]) + "\n"
