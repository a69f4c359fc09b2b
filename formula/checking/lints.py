"""What is allowed but hardly meant: read off a typed tree after its kinds are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise

from formula.checking.calls import A_DESTINATION, repaired_destination
from formula.checking.comparisons import always, contradiction, repeated, with_itself
from formula.checking.conditions import branches
from formula.checking.names import Binding, Builtin, Field, OtherFormula, Variable
from formula.checking.near_names import misspelt
from formula.checking.overwritten import overwritten
from formula.checking.sentences import unasked
from formula.destinations import parse_destination
from formula.fields import STATUS_NAMES
from formula.messages import message
from formula.names import name_key, without_accents
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
    Formula,
    If,
    LogicalLiteral,
    Name,
    NumberLiteral,
    Repeat,
    Statement,
    TextLiteral,
    While,
    bare,
    walk,
)
from formula.reporter import Reporter
from formula.schema import Schema
from formula.source import Span
from formula.types import ANY, EMPTY, NUMBER, TEXT
from formula.values import DATE_TEXT, ambiguous_thousands, number_text, parse_number, shorten

MAX_CONSTANTS = 50
"""P9."""
MOST_VALUES = 12
"""So many values of a closed list are named."""


def inspect(tree: Formula, schema: Schema, bindings: Mapping[int, Binding], kinds: Mapping[int, int], reporter: Reporter) -> None:
    """Report every lint of a tree."""
    constants = 0
    inner: set[int] = set()
    thousands: set[int] = set()
    unseen(reporter)
    for node in walk(tree):
        match node:
            case Formula():
                useless(node.statements, bindings, reporter)
            case If():
                useless(node.then, bindings, reporter)
                useless(node.otherwise or (), bindings, reporter)
                constant_condition(node.condition, schema, reporter)
                if id(node) not in inner:
                    repeated(node, bindings, reporter)
                if node.otherwise is not None and len(node.otherwise) == 1:
                    inner.add(id(node.otherwise[0]))
            case Repeat():
                useless(node.body, bindings, reporter)
                endless(node, node.until, bindings, reporter)
            case While():
                useless(node.body, bindings, reporter)
                endless(node, node.condition, bindings, reporter)
            case Binary():
                comparison(node, schema, bindings, reporter, inner)
                thousands |= compared_thousands(node, kinds, reporter)
                letter_by_letter(node, kinds, reporter)
            case NumberLiteral() | TextLiteral():
                constants += 1
                if isinstance(node, TextLiteral) and "&" in node.value:
                    entities(node, reporter)
                if isinstance(node, NumberLiteral) and id(node) not in thousands and node.written.endswith("0"):
                    grouped(node, node.written, reporter)
    if constants > MAX_CONSTANTS:
        reporter.add(
            "constantes-demais",
            Span(0, 0),
            message("a fórmula tem {quantas} constantes; o RM aceita {maximo}", quantas=constants, maximo=MAX_CONSTANTS),
            message("divida a fórmula em outras, chamadas pelo código"),
        )
    branches(tree, bindings, kinds, reporter)
    without_value(tree, bindings, reporter)
    overwritten(tree, reporter)
    for value in last_values(tree.statements):
        destination_value(value, reporter)


def never_returns(statement: Statement, bindings: Mapping[int, Binding]) -> bool:
    """A statement after which nothing runs."""
    if isinstance(statement, Evaluate):
        binding = bindings.get(id(bare(statement.expression)))
        return isinstance(binding, Builtin) and binding.row.never_returns
    if isinstance(statement, If) and statement.otherwise:
        return any(never_returns(s, bindings) for s in statement.then) and any(
            never_returns(s, bindings) for s in statement.otherwise
        )
    return False


def useless(block: tuple[Statement, ...], bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """Statements after ANALISAR, and comparisons and numbers that nothing reads."""
    comparison_as_statement(block, bindings, reporter)
    unquoted_destination(block, reporter)
    lost_text(block, reporter)
    unasked(block, reporter)
    for before, after in pairwise(block):
        if isinstance(before, Evaluate) and never_returns(before, bindings):
            reporter.add(
                "codigo-inalcancavel",
                Span(after.span.start, block[-1].span.end),
                message("nada depois de ANALISAR é executado"),
                message("tire o ANALISAR quando terminar de depurar, ou use o depurador: repasse repl, :depurar"),
            )
            return


def constant_condition(condition: Expression, schema: Schema, reporter: Reporter) -> None:
    """``SE VERDADE`` and comparisons of two literals. A text that is a field's name was hardly meant as a text."""
    inner = bare(condition)
    sides = (bare(inner.left), bare(inner.right)) if isinstance(inner, Binary) else ()
    literals = all(isinstance(side, NumberLiteral | TextLiteral | LogicalLiteral) for side in sides)
    if not isinstance(inner, LogicalLiteral) and not (sides and literals):
        return
    hint, fix = None, None
    for side in sides:
        if isinstance(side, TextLiteral) and name_key(side.value) in schema.fields:
            name = name_key(side.value)
            hint, fix = message("para ler o campo escreva {nome} sem aspas", nome=name), (side.span, name)
            break
    reporter.add("condicao-constante", condition.span, message("esta condição dá sempre o mesmo resultado"), hint, fix=fix)


def comparison_as_statement(block: tuple[Statement, ...], bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """``A = 1;`` with more to follow: it gives A no value, and the comparison is lost."""
    for statement in block[:-1]:
        inner = bare(statement.expression) if isinstance(statement, Evaluate) else None
        if not isinstance(inner, Binary) or not isinstance(inner.left, Name):
            continue
        arrow = inner.operator == "<" and "<-" in reporter.source.slice(Span(inner.left.span.end, inner.right.span.end))
        if inner.operator != "=" and not arrow:
            continue
        if isinstance(bindings.get(id(inner.left)), Variable):
            name = inner.left.word.written
            right = reporter.source.slice(inner.right.span)
            better = f"SETVAR({name}, {right[1:].strip() if arrow else right})"
            reporter.drop("variavel-sem-valor", inner.left.span)
            reporter.add(
                "comparacao-como-comando",
                statement.span,
                message("isto compara '{nome}' e não lhe dá valor", nome=name),
                message("para dar valor escreva {certo}", certo=better),
                fix=(statement.span, better),
            )


def unquoted_destination(block: tuple[Statement, ...], reporter: Reporter) -> None:
    """``1;3`` in one piece: two statements, where a destination was meant."""
    inner = (bare(one.expression) if isinstance(one, Evaluate) else None for one in block)
    for _, alike in groupby(inner, type):
        numbers = [one for one in alike if isinstance(one, NumberLiteral)]
        if len(numbers) != 2:
            continue
        whole = Span(numbers[0].span.start, numbers[1].span.end)
        written = reporter.source.slice(whole)
        in_one_piece = written == f"{numbers[0].written};{numbers[1].written}"
        if in_one_piece and parse_destination(written, 1) is not None:
            reporter.add(
                "destino-sem-aspas",
                whole,
                message("{texto} sem aspas são dois comandos; vale só o {ultimo}", texto=written, ultimo=numbers[1].written),
                A_DESTINATION,
                fix=(whole, f"'{written}'"),
            )


def lost_text(block: tuple[Statement, ...], reporter: Reporter) -> None:
    """``'1';'3'`` in one piece, and ``'1;3'; '5'``: the value is that of the last one, and nothing reads the first (P8)."""
    for one, other in pairwise(block):
        first = bare(one.expression) if isinstance(one, Evaluate) else None
        second = bare(other.expression) if isinstance(other, Evaluate) else None
        if not isinstance(first, TextLiteral) or not isinstance(second, TextLiteral | NumberLiteral):
            continue
        last = second.value if isinstance(second, TextLiteral) else second.written
        whole, meant = Span(one.span.start, other.span.end), f"{first.value};{last}"
        code = first.value.isdigit() and parse_destination(meant, 1) is not None and reporter.source.slice(whole).count(" ") == 0
        if not code and (";" not in first.value or parse_destination(first.value, 1) is None or parse_destination(last, 1) is None):
            continue
        reporter.add(
            "destino-sem-aspas" if code else "comando-sem-efeito",
            whole if code else one.span,
            message("{texto} são dois comandos; vale só o {ultimo}", texto=reporter.source.slice(whole), ultimo=last)
            if code
            else message("este destino se perde: vale só o do comando seguinte"),
            A_DESTINATION if code else message("tire um dos dois, ou escolha entre eles com SE … ENTAO … SENAO … FIMSE"),
            fix=(whole, f"'{meant}'") if code else None,
        )


def endless(loop: Repeat | While, condition: Expression, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """A loop whose condition nothing in it changes."""
    read: set[str] = set()
    for node in walk(condition):
        binding = bindings.get(id(node))
        if isinstance(binding, Variable):
            read.add(binding.key)
        elif isinstance(binding, OtherFormula) or (isinstance(binding, Builtin) and not binding.row.pure):
            return
    inner = bare(condition)
    if isinstance(inner, LogicalLiteral) and inner.value is isinstance(loop, Repeat):
        return
    for node in walk(loop):
        if isinstance(node, Assign) and node.target.key in read:
            return
    reporter.add(
        "laco-sem-fim",
        condition.span,
        message("nada dentro do laço muda esta condição"),
        message("mude no laço, com SETVAR, alguma variável da condição"),
    )


def comparison(node: Binary, schema: Schema, bindings: Mapping[int, Binding], reporter: Reporter, inner: set[int]) -> None:
    """Comparisons that cannot be true, and texts that look like numbers or dates (T7)."""
    if node.operator in {"E", "OU"}:
        left = bare(node.left)
        if isinstance(left, Binary) and left.operator == node.operator:
            inner.add(id(left))
        if id(node) not in inner:
            (contradiction if node.operator == "E" else always)(node, bindings, reporter)
        return
    if node.operator not in {"=", "<>", "<", "<=", ">", ">="}:
        return
    with_itself(node, reporter)
    left, right = bare(node.left), bare(node.right)
    if isinstance(left, TextLiteral) and isinstance(right, TextLiteral):
        if both_look_alike(left.value, right.value):
            reporter.add(
                "textos-que-parecem-numeros",
                node.span,
                message("textos se comparam letra a letra, mesmo quando parecem números ou datas"),
                message("para comparar números tire as aspas; para datas use MTDATA(dia, mês, ano)"),
            )
        return
    for one, other in ((left, right), (right, left)):
        told = not isinstance(other, TextLiteral) or outside_domain(one, other, schema, bindings, reporter)
        if not told and node.operator in {"=", "<>"}:
            blank_at_an_end(one, other, bindings, reporter)


def blank_at_an_end(node: Expression, literal: Expression, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """T7: ``FILIAL = 'NE '``: equal only to a text that has the blank too."""
    text = literal.value if isinstance(literal, TextLiteral) else ""
    if text.strip() == text or not (isinstance(node, Call) or isinstance(bindings.get(id(node)), Field | Variable)):
        return
    if not text.strip():
        said = message("este texto só tem brancos, e um campo vazio não é igual a ele")
        reporter.add("branco-na-ponta", literal.span, said, message("escreva '' para perguntar se está vazio"))
        return
    said = (
        message("o texto '{texto}' termina em branco: só é igual a um texto que também termine assim", texto=shorten(text))
        if text.rstrip() != text
        else message("o texto '{texto}' começa em branco: só é igual a um texto que também comece assim", texto=shorten(text))
    )
    reporter.add("branco-na-ponta", literal.span, said, message("escreva '{texto}'", texto=shorten(text.strip())))


COUNTING = frozenset({"+", "-", "*", "/"})
COMPARING = frozenset({"=", "<>", "<", "<=", ">", ">="})


def compared_thousands(node: Binary, kinds: Mapping[int, int], reporter: Reporter) -> set[int]:
    """L8: ``> 10.000``, or ``> '10.000'`` beside a number, or ``'10.000' + 1``. Gives the numbers that were looked at."""
    looked: set[int] = set()
    if node.operator in COUNTING:
        for one in (bare(node.left), bare(node.right)):
            if isinstance(one, TextLiteral):
                grouped(one, one.value, reporter)
    if node.operator not in COMPARING:
        return looked
    for one, other in ((bare(node.left), node.right), (bare(node.right), node.left)):
        if isinstance(one, NumberLiteral):
            looked.add(id(one))
            grouped(one, one.written, reporter)
        elif isinstance(one, TextLiteral) and kinds.get(id(other), ANY) and not kinds.get(id(other), ANY) & ~(NUMBER | EMPTY):
            grouped(one, one.value, reporter)
    return looked


def grouped(node: NumberLiteral | TextLiteral, written: str, reporter: Reporter) -> None:
    """A number that people who group thousands read otherwise. A fix only where the zeros at the end say that they were meant."""
    readings = ambiguous_thousands(written)
    if readings is None:
        return
    read, other = readings
    quote = node.quote if isinstance(node, TextLiteral) else ""
    exact = read if len(read) < len(written.strip()) else f"{read}0"
    reporter.add(
        "milhar-duvidoso",
        node.span,
        message("{escrito} aqui é {lido}: o ponto separa as casas decimais", escrito=written.strip(), lido=read.replace(".", ",")),
        message(
            "{certo} se escreve sem ponto; para {lido} mesmo escreva {exato}", certo=other, lido=read.replace(".", ","), exato=exact
        ),
        fix=(node.span, f"{quote}{other}{quote}") if written.strip().endswith("0") else None,
    )


DATE_LIKE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}", re.ASCII)


def letter_by_letter(node: Binary, kinds: Mapping[int, int], reporter: Reporter) -> None:
    """T7: ``CENTRO > '999'`` puts texts in the order of the alphabet, where 1000 comes before 999."""
    if node.operator not in {"<", "<=", ">", ">="}:
        return
    for one, other in ((bare(node.left), node.right), (bare(node.right), node.left)):
        kind = kinds.get(id(other), ANY) & ~EMPTY
        if isinstance(one, TextLiteral) and not isinstance(bare(other), TextLiteral) and kind in {TEXT, ANY & ~EMPTY}:
            if kind == TEXT and DATE_LIKE.fullmatch(one.value.strip()):
                reporter.add(
                    "textos-que-parecem-numeros",
                    node.span,
                    message("textos se comparam letra a letra, mesmo quando parecem números ou datas"),
                    message("para comparar como data é preciso uma data, e não um texto, no campo, no parâmetro ou na variável"),
                )
                return
            number = parse_number(one.value)
            if one.value.strip() and number is not None and ambiguous_thousands(one.value) is None:
                reporter.add(
                    "textos-que-parecem-numeros",
                    node.span,
                    message("textos se comparam letra a letra, mesmo quando parecem números ou datas"),
                    message("para comparar como número tire as aspas: {numero}", numero=number_text(number)),
                )
                return


UNSEEN = re.compile(r"[\xad\u200b-\u200c\u200e-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")


ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9a-f]{2,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


def entities(node: TextLiteral, reporter: Reporter) -> None:
    """``'A&ccedil;\u00e3o'``: a page's way of writing a sign, inside of a text; the text has the letters, not the sign.
    No fix: a page or a mail may be meant."""
    from html import unescape

    for found in ENTITY.finditer(reporter.source.text, node.span.start, node.span.end):
        sign = unescape(found[0])
        if sign != found[0] and len(sign) == 1 and sign.isprintable() and sign not in "'\"":
            span = Span(found.start(), found.end())
            said = message("este texto tem {escrito}, que numa página é {sinal}", escrito=found[0], sinal=sign)
            reporter.add("sinal-de-pagina-num-texto", span, said, message("escreva {certo}", certo=sign))


def unseen(reporter: Reporter) -> None:
    """L11: characters inside texts and comments that nobody sees, or that turn the order of reading."""
    text = reporter.source.text
    if text.isascii():
        return
    for found in UNSEEN.finditer(text, 1 if text[:1] == "\ufeff" else 0):
        reporter.add(
            "caractere-invisivel",
            Span(found.start(), found.end()),
            message("há aqui um caractere que não se vê (U+{codigo})", codigo=f"{ord(found[0][0]):04X}"),
            message("retire: o que se lê não é o que a fórmula compara ou escreve"),
            fix=(Span(found.start(), found.end()), ""),
        )


def both_look_alike(left: str, right: str) -> bool:
    """Two texts that a person reads as numbers, or as dates."""
    if not left.strip() or not right.strip():
        return False
    numbers = parse_number(left) is not None and parse_number(right) is not None
    return numbers or bool(DATE_TEXT.fullmatch(left) and DATE_TEXT.fullmatch(right))


def field_of(node: Expression, bindings: Mapping[int, Binding]) -> str | None:
    """The ticket field an expression reads, by bare name or by CAMPOATENDIMENTO."""
    binding = bindings.get(id(node))
    if isinstance(binding, Field):
        return binding.key
    if isinstance(binding, Builtin) and binding.row.name == "CAMPOATENDIMENTO" and isinstance(node, Call):
        first = bare(node.arguments[0]) if node.arguments else None
        return name_key(first.value) if isinstance(first, TextLiteral) else None
    return None


def outside_domain(
    node: Expression, literal: TextLiteral, schema: Schema, bindings: Mapping[int, Binding], reporter: Reporter
) -> bool:
    """``PRIORIDADE = 'urgente'``: the field never holds that text, nor one with a closed list of the site. Whether it was said."""
    field = field_of(node, bindings)
    domain = schema.domains.get(field, ()) if field is not None else ()
    if not domain or literal.value in domain or not literal.value.strip():
        return False
    given = UNSEEN.sub("", literal.value).strip().lower()
    plain = without_accents(given)
    if UNSEEN.search(literal.value) and UNSEEN.sub("", literal.value) in domain:
        return False
    near = next((value for value in domain if without_accents(value.lower()) == plain), None)
    wrong = misspelt(literal.value, domain) if near is None else None
    listed = ", ".join(domain[:MOST_VALUES]) + (", …" if len(domain) > MOST_VALUES else "")
    hint = (
        message("você quis dizer '{texto}'? Maiúsculas e minúsculas contam", texto=near)
        if near and near.lower() == given
        else message("você quis dizer '{texto}'? Acentos contam", texto=near)
        if near
        else message("você quis dizer '{texto}'?", texto=wrong)
        if wrong
        else message("os valores são: {valores}", valores=listed)
    )
    if field == "STATUS" and given in STATUS_NAMES:
        near = STATUS_NAMES[given]
        hint = message("STATUS guarda a letra: '{letra}'", letra=near)
    elif near and "\u00a0" in literal.value:
        hint = message("há um espaço não separável (U+00A0) no texto; escreva '{texto}'", texto=near)
    near = near or wrong
    reporter.add(
        "comparacao-nunca-verdadeira",
        literal.span,
        message("{campo} nunca é '{texto}'", campo=field, texto=shorten(literal.value)),
        hint,
        fix=(literal.span, f"{literal.quote}{near}{literal.quote}") if near and literal.quote not in near else None,
    )
    return True


def without_value(tree: Formula, bindings: Mapping[int, Binding], reporter: Reporter) -> None:
    """A calculation that can end without a value (P6–P8): some way through gives one, and another does not."""
    gives, always = value_of_block(tree.statements, bindings)
    if gives and not always:
        last = next(statement for statement in reversed(tree.statements) if value_of_block((statement,), bindings)[0])
        reporter.add(
            "pode-terminar-sem-valor",
            last.span,
            message("por algum caminho a fórmula termina sem valor (Vazio)"),
            message("dê um valor também no SENAO"),
        )


def value_of_block(block: tuple[Statement, ...], bindings: Mapping[int, Binding]) -> tuple[bool, bool]:
    """Whether a block can give a value, and whether it always ends with one."""
    gives = always = False
    for statement in block:
        match statement:
            case Evaluate():
                binding = bindings.get(id(bare(statement.expression)))
                if isinstance(binding, Builtin) and binding.row.never_returns:
                    return gives, gives
                if not (isinstance(binding, Builtin) and binding.row.effect):
                    gives = always = True
            case If():
                some, every = value_of_branches(statement, bindings)
                gives = gives or some
                always = every or (always and not some and statement.otherwise is not None)
                if statement.otherwise is None and not some:
                    always = False
            case Repeat():
                some, every = value_of_block(statement.body, bindings)
                gives, always = gives or some, always or every
            case While():
                some, _ = value_of_block(statement.body, bindings)
                gives = gives or some
    return gives, always


def value_of_branches(statement: If, bindings: Mapping[int, Binding]) -> tuple[bool, bool]:
    """A chain of SE … SENAO SE …: some branch gives a value; every way gives one."""
    some, every = False, True
    current: If | None = statement
    while current is not None:
        gives, always = value_of_block(current.then, bindings)
        ends = any(never_returns(one, bindings) for one in current.then)
        some, every = some or gives, every and (always or ends)
        rest = current.otherwise
        if rest is not None and len(rest) == 1 and isinstance(rest[0], If):
            current = rest[0]
            continue
        if rest is None:
            every = False
        else:
            gives, always = value_of_block(rest, bindings)
            ends = any(never_returns(one, bindings) for one in rest)
            some, every = some or gives, every and (always or ends)
        current = None
    return some, every


def last_values(block: tuple[Statement, ...]) -> Iterator[Expression]:
    """The expressions that may give the formula's value, when they stand at the end of it or of a last SE (P6)."""
    waiting = [block]
    while waiting:
        last = next((one for one in reversed(waiting.pop()) if not isinstance(one, Declare | Assign)), None)
        if isinstance(last, Evaluate):
            yield bare(last.expression)
        elif isinstance(last, If):
            waiting += [last.then, last.otherwise or ()]


ALMOST = re.compile(r"\s*\d+\s*(?:[,:]\s*\d+\s*|;\s*(?:\d+\s*;.*)?)|\s*(['\"])\s*\d+\s*(?:;\s*\d+\s*)?\1\s*", re.ASCII)
"""A text that was meant as a destination and is none: ``1,3``, ``1:3``, ``1;``, ``1;3;2``, ``'1;3'`` with quotes of its own."""


def destination_value(value: Expression, reporter: Reporter) -> None:
    """The formula's value is a literal that nearly is a destination (S:86)."""
    if isinstance(value, TextLiteral) and ALMOST.fullmatch(value.value):
        reporter.add(
            "destino-duvidoso",
            value.span,
            message("'{texto}' não é um destino; num repasse a fórmula seria recusada", texto=shorten(value.value)),
            message("há aspas dentro das aspas: deixe só as de fora") if value.value.strip()[0] in "'\"" else A_DESTINATION,
            fix=repaired_destination(value),
        )
