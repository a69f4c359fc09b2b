"""Calls: number and kinds of arguments, literals that play a role, names nobody knows (F1, F2, T2, T6, T11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from formula.builtins.table import Argument, Function
from formula.checking.field_changes import pair_meant, pairs_meant
from formula.checking.names import Builtin, Field, Variable, closest
from formula.checking.near_names import near
from formula.checking.operands import bare_date, written_date, written_number
from formula.checking.unknown_names import either, given_with_a_sign
from formula.destinations import parse_destination
from formula.messages import Message, message
from formula.names import name_key
from formula.other_systems import COLUMNS, NO_FIELDS
from formula.reading.tree import Binary, Call, Expression, Name, NumberLiteral, TextLiteral, Unary, Word, bare
from formula.source import Span
from formula.types import ANY, DATE, EMPTY, INTEGER, LETTER_KINDS, LOGICAL, NUMBER, TEXT, shown
from formula.values import number_text, other_date, other_number, parse_date, parse_number, shorten

if TYPE_CHECKING:
    from formula.checking.state import State

CONVERTIBLE: Mapping[int, int] = {
    NUMBER: NUMBER | TEXT | EMPTY,
    INTEGER: NUMBER | TEXT | EMPTY,
    TEXT: TEXT | NUMBER | DATE | EMPTY,
    DATE: DATE | TEXT | EMPTY,
    LOGICAL: LOGICAL | NUMBER | EMPTY,
    ANY: ANY,
}
"""Which kinds may serve where a kind is wanted."""


def bare_function(state: State, node: Name, row: Function) -> int:
    """A function's bare name: fine without arguments, else "faltam argumentos" (F1)."""
    available(state, node.word, row)
    if row.minimum:
        called = given_with_a_sign(state, node.word) if row.minimum == 1 and state.reporting else None
        state.report(
            "faltam-argumentos",
            node.word.span,
            message("faltam argumentos: {assinatura}", assinatura=row.signature),
            message("chame {nome}(…)", nome=row.name) if called is None else message("escreva {certo}", certo=called[1]),
            fix=called,
        )
        return ANY
    return row.result


def check_call(state: State, node: Call, row: Function, given: list[int]) -> int:
    """A call of a row; gives the kind set of its value."""
    available(state, node.word, row)
    if not count_fits(state, node, row, given):
        return row.result if row.result_name != "por letra" else ANY
    for position, (argument, kind) in enumerate(zip(node.arguments, given, strict=True)):
        wanted = row.arguments[min(position, len(row.arguments) - 1)]
        check_argument(state, row, wanted, argument, kind)
    if row.name == "ANALISAR" and len(node.arguments) < len(row.arguments):
        state.report(
            "analisar-incompleto",
            node.span,
            message("ANALISAR recebe 4 textos no RM; aqui são {quantos}", quantos=len(node.arguments)),
            message("complete com '' os que faltam"),
        )
    return by_letter(state, node, row) if row.result_name in {"por letra", "qualquer"} else row.result


def joined_with_plus(state: State, node: Call) -> tuple[Message | None, tuple[Span, str] | None]:
    """``CONCAT('1;' + COLIGADA)``: the parts that ``+`` was to join, apart."""
    parts: list[Expression] = []
    inner = node.arguments[0]
    while isinstance(inner, Binary) and inner.operator in {"+", "E", "OU"}:
        parts.insert(0, inner.right)
        inner = inner.left
    if not parts or not any(isinstance(bare(one), TextLiteral) for one in (inner, *parts)):
        return None, None
    written = ", ".join(state.reporter.source.slice(one.span) for one in (inner, *parts))
    return message("escreva {certo}", certo=f"CONCAT({written})"), (node.arguments[0].span, written)


def count_fits(state: State, node: Call, row: Function, given: list[int]) -> bool:
    """The number of arguments; a decimal comma is recognised (L8)."""
    count = len(node.arguments)
    if row.minimum <= count and (row.maximum is None or count <= row.maximum):
        return True
    hint, fix = twin(state, node, row, given) if state.reporting else (None, None)
    third = bare(node.arguments[2]) if row.name == "ENVIAEMAILREPASSE" and count == row.minimum - 1 else None
    if isinstance(third, TextLiteral) and parse_destination(third.value, 1) is not None:
        hint = message("sem cópia, escreva '' no lugar de cc: …, '', {destino}", destino=f"'{third.value}'")
        fix = (Span(third.span.start, third.span.start), "'', ")
    if row.name == "ALTERARCAMPOATENDIMENTO" and count >= 2 and (meant := pairs_meant(state, node)) is not None:
        hint, fix = meant
    if row.name == "CONCAT" and count == 1 and hint is None:
        hint, fix = joined_with_plus(state, node)
    if count < row.minimum:
        state.report(
            "faltam-argumentos",
            node.span,
            received(row, count),
            hint or lacking([a.name for a in row.arguments[count:] if not a.optional]),
            fix=fix,
        )
        return False
    most = len(row.arguments) if row.maximum is None else row.maximum
    comma = decimal_comma(state, node, count - most)
    if comma is not None:
        span, text = comma
        state.report(
            "virgula-decimal",
            span,
            message(
                "{nome} recebeu argumentos demais; '{texto}' parece um número com vírgula",
                nome=row.name,
                texto=state.reporter.source.slice(span),
            ),
            message("use ponto para as casas decimais: {texto}", texto=text),
            fix=(span, text),
        )
        return False
    extra = node.arguments[most]
    state.report(
        "argumentos-demais",
        extra.span,
        received(row, count),
        hint or message("tire o que sobra, ou veja se falta um ')' antes"),
        fix=fix,
    )
    return False


def received(row: Function, count: int) -> Message:
    """How many arguments a call has."""
    if count == 1:
        return message("{nome} recebeu 1 argumento: {assinatura}", nome=row.name, assinatura=row.signature)
    return message("{nome} recebeu {quantos} argumentos: {assinatura}", nome=row.name, quantos=count, assinatura=row.signature)


def lacking(names: list[str]) -> Message:
    """Which arguments a call lacks."""
    if len(names) == 1:
        return message("falta: {nome}", nome=names[0])
    return message("faltam: {nomes}", nomes=", ".join(names))


def twin(state: State, node: Call, row: Function, given: list[int]) -> tuple[Message | None, tuple[Span, str] | None]:
    """A function of nearly the same name that takes these arguments: RETPROXIMO… and RETORNAPROXIMO… differ in theirs."""
    fitting = {
        other.name: other
        for other in state.schema.table.values()
        if other.name != row.name
        and not (other.effect or row.effect)
        and (len(other.name) >= LONG_NAME or other.name.startswith(row.name))
        and other.minimum <= len(given)
        and other.maximum is not None
        and len(given) <= other.maximum
        and all(kind & CONVERTIBLE.get(wanted.kinds, ANY) for kind, wanted in zip(given, other.arguments, strict=False))
    }
    longer = [name for name in fitting if name.startswith(row.name) and len(name) - len(row.name) <= MORE_LETTERS]
    near = closest(row.name, fitting) if len(row.name) >= LONG_NAME else longer[0] if len(longer) == 1 else None
    if near is None:
        return None, None
    return message("com estes argumentos existe {assinatura}", assinatura=fitting[near].signature), (node.word.span, near)


MORE_LETTERS = 4
"""ARRED and ARREDONDA: the longer one does the same with one thing more."""
LONG_NAME = 8
"""Shorter names are near each other by chance."""


def decimal_comma(state: State, node: Call, surplus: int) -> tuple[Span, str] | None:
    """``24,33`` written as one number: two whole literals with nothing but a comma between them."""
    if surplus != 1:
        return None
    for left, right in zip(node.arguments, node.arguments[1:], strict=False):
        tail = left
        while isinstance(tail, Unary):
            tail = tail.operand
        if not (isinstance(tail, NumberLiteral) and isinstance(right, NumberLiteral)):
            continue
        span = Span(left.span.start, right.span.end)
        text = state.reporter.source.slice(span)
        whole, comma, decimals = text.partition(",")
        if comma and whole.lstrip("-+").isdigit() and decimals.isdigit():
            return span, f"{whole}.{decimals}"
    return None


def available(state: State, word: Word, row: Function) -> None:
    """F2: a function outside its contexts names those that have it; our extensions get a lint under strict."""
    if not row.contexts & state.schema.contexts:
        state.report(
            "funcao-de-outro-contexto",
            word.span,
            message("{nome} não existe neste contexto", nome=row.name),
            message("existe em: {contextos}", contextos=", ".join(sorted(row.contexts))),
        )
    if state.schema.strict and row.origin == "extension":
        state.report(
            "extensao",
            word.span,
            message("{nome} é uma extensão do repasse; o RM pode não ter essa função", nome=row.name),
        )
    if row.name == "ENVIAEMAILREPASSE" and state.schema.handoff_by_formula is False:
        state.report(
            "funcao-fora-do-repasse-por-formula",
            word.span,
            message("ENVIAEMAILREPASSE só vale quando o tipo de repasse é 'fórmula'"),
            message("mude o tipo de repasse do tipo de atendimento ou da etapa"),
        )


def check_argument(state: State, row: Function, wanted: Argument, argument: Expression, kind: int) -> None:
    """One argument: its kind, then what a literal says."""
    if (kind == LOGICAL and wanted.kinds in {NUMBER, INTEGER, TEXT, DATE}) or not kind & CONVERTIBLE.get(wanted.kinds, ANY):
        date = bare_date(argument) if wanted.kinds == DATE else None
        written = pair_meant(state, bare(argument)) if wanted.role == "atribuicoes" else None
        state.report(
            "tipo-errado",
            argument.span,
            message(
                "{nome}: '{parametro}' precisa ser {preciso}, mas este valor é {tipo}",
                nome=row.name,
                parametro=wanted.name,
                preciso=shown(wanted.kinds),
                tipo=shown(kind),
            ),
            message("datas se escrevem entre aspas: {certo}", certo=date[1])
            if date
            else written[0]
            if written
            else message("assinatura: {assinatura}", assinatura=row.signature),
            fix=date or (written[1] if written else None),
        )
        return
    name_of_a_name(state, row, wanted, argument)
    check_role_of_value(state, wanted, argument)
    inner = bare(argument)
    if isinstance(inner, TextLiteral):
        check_literal(state, row, wanted, inner)
    elif isinstance(inner, NumberLiteral) and wanted.kinds == TEXT and looks_like_code(wanted, inner):
        better = f"'{inner.written}'"
        state.report(
            "codigo-sem-aspas",
            inner.span,
            message(
                "{nome}: sem aspas {escrito} vira o texto '{texto}'",
                nome=row.name,
                escrito=inner.written,
                texto=number_text(inner.value),
            ),
            message("um código vai entre aspas: {certo}", certo=better),
            fix=(inner.span, better),
        )
    if row.name == "AVANCARETAPA" and kind in {LOGICAL, DATE}:
        state.report(
            "tipo-errado",
            argument.span,
            message("uma etapa se diz pelo código ou pelo nome, e este valor é {tipo}", tipo=shown(kind)),
        )
    if row.name == "ANALISAR" and kind == LOGICAL:
        state.report(
            "analisar-logico",
            argument.span,
            message("aqui ANALISAR mostra VERDADE ou FALSO; no RM este argumento é um texto"),
        )


def name_of_a_name(state: State, row: Function, wanted: Argument, argument: Expression) -> None:
    """``CAMPOATENDIMENTO(PRIORIDADE)``: the value of the field would be read as a field's name."""
    inner = bare(argument)
    if not isinstance(inner, Name) or not isinstance(state.bindings.get(id(inner)), Field):
        return
    schema = state.schema
    names = {"campo": schema.fields, "parametro": schema.parameters, "sentenca": schema.sentences, "formula": schema.formulas}
    if inner.word.key in (names.get(wanted.role) or ()):
        better = f"'{inner.word.written}'"
        state.report(
            "nome-sem-aspas",
            inner.span,
            message("{nome}: sem aspas vale o que está em {campo}, e aqui vai um nome", nome=row.name, campo=inner.word.written),
            message("escreva {certo}", certo=better),
            fix=(inner.span, better),
        )


def looks_like_code(wanted: Argument, number: NumberLiteral) -> bool:
    """``007``, and ``01.02`` or ``1.10`` where a section's code is wanted: as a text the number would lose its zeros."""
    changed = number.written != number_text(number.value)
    return changed and (wanted.name == "secao" or re.match(r"0\d", number.written) is not None)


def check_literal(state: State, row: Function, wanted: Argument, literal: TextLiteral) -> None:
    """A literal text where a number, a date or a text with a role is wanted."""
    text = literal.value
    if wanted.kinds in {NUMBER, INTEGER} and parse_number(text) is None:
        state.report(
            "texto-nao-numerico",
            literal.span,
            message(
                "{nome}: '{parametro}' precisa ser número, mas '{texto}' não é um",
                nome=row.name,
                parametro=wanted.name,
                texto=shorten(text),
            ),
            other_number(text),
            fix=written_number(literal),
        )
    elif wanted.kinds == DATE and parse_date(text) is None:
        state.report(
            "data-impossivel",
            literal.span,
            message(
                "{nome}: '{parametro}' precisa ser data, mas '{texto}' não é uma",
                nome=row.name,
                parametro=wanted.name,
                texto=shorten(text),
            ),
            other_date(text) or message("escreva datas como '24/11/2026', com dia e mês que existam"),
            fix=written_date(literal),
        )
    elif row.name == "ENVIAEMAILREPASSE" and wanted.name in {"fromAddress", "to", "cc"}:
        check_address(state, literal)
    elif wanted.role in LITERAL_ROLES:
        LITERAL_ROLES[wanted.role](state, literal)


ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;.]+(?:\.[^\s@<>,;.]+)*")


def check_address(state: State, literal: TextLiteral) -> None:
    """Literal addresses of ENVIAEMAILREPASSE (S:83-85): a part that is none would be left out, a destination is not one."""
    if parse_destination(literal.value, 1) is not None:
        state.report(
            "endereco-duvidoso",
            literal.span,
            message("'{texto}' é um destino, e aqui vai um endereço de e-mail", texto=shorten(literal.value)),
            message("escreva o e-mail da pessoa, como 'ana@exemplo.com.br'"),
        )
        return
    for part in re.split(r"[,;]", literal.value):
        written = part.strip()
        inside = re.fullmatch(r"[^<>]*<([^<>]*)>", written)
        if written and ADDRESS.fullmatch(inside[1].strip() if inside else written) is None:
            state.report(
                "endereco-duvidoso",
                literal.span,
                message("'{texto}' não é um endereço de e-mail", texto=shorten(written)),
                message("um endereço tem nome, @ e domínio: 'ana@exemplo.com.br'"),
            )
            return


A_DESTINATION = message("um destino é '1;3' (atendente 3 da coligada 1) ou '5' (grupo 5)")


def check_destination(state: State, literal: TextLiteral) -> None:
    """A literal destination (S:86)."""
    if parse_destination(literal.value, 1) is None:
        state.report(
            "destino-mal-formado",
            literal.span,
            message("'{texto}' não é um destino", texto=shorten(literal.value)),
            A_DESTINATION,
            fix=repaired_destination(literal),
        )


def repaired_destination(literal: TextLiteral) -> tuple[Span, str] | None:
    """``'1,3'`` was meant as ``'1;3'``."""
    mended = literal.value.strip().strip("'\"").replace(",", ";").replace(":", ";").strip().rstrip(";")
    if mended == literal.value or parse_destination(mended, 1) is None:
        return None
    return literal.span, f"{literal.quote}{mended}{literal.quote}"


def check_pair(state: State, literal: TextLiteral) -> None:
    """A literal hierarchy pair ``coligada;id``."""
    found = parse_destination(literal.value, 1)
    if found is None or found.attendant is None:
        state.report(
            "par-mal-formado",
            literal.span,
            message("'{texto}' não é um par de hierarquia", texto=shorten(literal.value)),
            message("escreva 'coligada;id', por exemplo '1;2'"),
        )


def check_letter(state: State, literal: TextLiteral) -> None:
    """A type letter (T11)."""
    if literal.value.upper() not in LETTER_KINDS:
        state.report(
            "letra-desconhecida",
            literal.span,
            message("'{texto}' não é uma letra de tipo", texto=shorten(literal.value)),
            message("use 'V' valor, 'I' inteiro, 'S' texto ou 'D' data"),
        )


def known_name(
    state: State, literal: TextLiteral, names: Mapping[str, object] | frozenset[str] | None, code: str, text: Message
) -> None:
    """A literal name of a field, parameter, sentence or formula that the schema must have, when it knows them."""
    if names is None or name_key(literal.value) in names:
        return
    found = near(name_key(literal.value), names)
    state.report(
        code,
        literal.span,
        text,
        message("você quis dizer {nomes}?", nomes=either(found.names)) if found.names else listed(names),
        fix=(literal.span, f"{literal.quote}{found.names[0]}{literal.quote}") if found.sure else None,
    )


MOST_LISTED = 40


def listed(names: Iterable[str]) -> Message | None:
    """All known names, when they can be read at a glance."""
    known = sorted(names)
    return message("há estes: {nomes}", nomes=", ".join(known)) if 0 < len(known) <= MOST_LISTED else None


def check_field(state: State, literal: TextLiteral) -> None:
    """CAMPOATENDIMENTO of a field nobody has. Columns of RM's tables are known by their names there."""
    column = name_key(literal.value)
    known, elsewhere = COLUMNS.get(column), NO_FIELDS.get(column)
    if column not in state.schema.fields and (known in state.schema.fields or elsewhere):
        state.report(
            "campo-desconhecido",
            literal.span,
            message("o campo '{nome}' não existe no atendimento", nome=shorten(literal.value)),
            message("aqui se chama {nome}", nome=known or "")
            if known
            else message("isso dá a função {nome}", nome=elsewhere or ""),
            fix=(literal.span, f"{literal.quote}{known}{literal.quote}") if known else None,
        )
        return
    known_name(
        state,
        literal,
        state.schema.fields,
        "campo-desconhecido",
        message("o campo '{nome}' não existe no atendimento", nome=shorten(literal.value)),
    )


def check_parameter(state: State, literal: TextLiteral) -> None:
    """PARAMETROATENDIMENTO of a parameter the type does not have."""
    known_name(
        state,
        literal,
        state.schema.parameters,
        "parametro-desconhecido",
        message("o parâmetro '{nome}' não existe neste tipo de atendimento", nome=shorten(literal.value)),
    )


SQL_TEXT = re.compile(r"\s*(?:SELECT|WITH|EXEC|INSERT|UPDATE|DELETE)\s", re.IGNORECASE)


def check_sentence(state: State, literal: TextLiteral) -> None:
    """EXECSQL of a sentence that is not registered, or of the SQL itself."""
    if SQL_TEXT.match(literal.value):
        state.report(
            "sentenca-desconhecida",
            literal.span,
            message("EXECSQL recebe o código de uma sentença registrada, e não o SQL"),
            message("grave o SQL em sentencas/CODIGO.sql e escreva EXECSQL('CODIGO')"),
        )
        return
    known_name(
        state,
        literal,
        state.schema.sentences,
        "sentenca-desconhecida",
        message("a sentença SQL '{nome}' não está cadastrada", nome=shorten(literal.value)),
    )


def check_formula(state: State, literal: TextLiteral) -> None:
    """FORMULA('code') of a formula nobody has."""
    known_name(
        state,
        literal,
        state.schema.formulas,
        "formula-desconhecida",
        message("não há fórmula de código '{nome}'", nome=shorten(literal.value)),
    )


def check_assignments(state: State, literal: TextLiteral) -> None:
    """The pair language of ALTERARCAMPOATENDIMENTO."""
    from formula.checking.field_changes import check_assignments as check_pairs

    check_pairs(state, literal)


LITERAL_ROLES = {
    "destino": check_destination,
    "hierarquia": check_pair,
    "letra": check_letter,
    "campo": check_field,
    "parametro": check_parameter,
    "sentenca": check_sentence,
    "formula": check_formula,
    "atribuicoes": check_assignments,
}


def role_of(state: State, node: Expression) -> str:
    """The role a value plays: ``destino`` or ``hierarquia`` when a function that gives such a text made it."""
    inner = bare(node)
    if isinstance(inner, Call):
        binding = state.bindings.get(id(inner))
        return binding.row.result_role if isinstance(binding, Builtin) else ""
    if isinstance(inner, Name):
        binding = state.bindings.get(id(inner))
        return state.ways.role(binding.key) if isinstance(binding, Variable) else ""
    return ""


def check_role_of_value(state: State, wanted: Argument, argument: Expression) -> None:
    """A hierarchy pair is no destination, nor the other way round (taa.md)."""
    if wanted.role not in ROLE_NAMES:
        return
    role = role_of(state, argument)
    if role in ROLE_NAMES and role != wanted.role:
        state.report(
            "par-nao-e-destino",
            argument.span,
            message("este texto é {um}, e aqui se espera {outro}", um=ROLE_NAMES[role], outro=ROLE_NAMES[wanted.role]),
            message("RETORNAPROXIMOATENDENTEHIERARQUIARH dá o atendente de um nó da hierarquia"),
        )


ROLE_NAMES = {"destino": message("um destino"), "hierarquia": message("um par de hierarquia (coligada;id)")}


def by_letter(state: State, node: Call, row: Function) -> int:
    """T11: the kind a getter gives, by its literal letter, else by the schema."""
    for argument, wanted in zip(node.arguments, row.arguments, strict=False):
        inner = bare(argument)
        if wanted.role == "letra" and isinstance(inner, TextLiteral):
            return LETTER_KINDS.get(inner.value.upper(), ANY) | EMPTY
    first = bare(node.arguments[0]) if node.arguments else None
    if not isinstance(first, TextLiteral) or not state.trusted or row.result_name != "por letra":
        return ANY
    if row.arguments[0].role == "campo":
        return state.schema.fields.get(name_key(first.value), ANY) | EMPTY
    if row.arguments[0].role == "parametro" and state.schema.parameters is not None:
        return state.schema.parameters.get(name_key(first.value), ANY) | EMPTY
    return ANY
