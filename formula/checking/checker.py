"""Names and kinds: from a tree to a typed tree (language §3, §5–§8).

The checker keeps two tables beside the tree: what each name or call is bound to, and the kind set of each expression.
Kinds flow through assignments, branches and loops; the walk is repeated until the kinds at the loop heads stand still,
and only the last walk reports, so one mistake gives one message.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from formula.checking import calls, lints, unknown_names
from formula.checking.branches import EVERYTHING, MARKS, PLAIN, Kinds, Ways
from formula.checking.names import Binding, Builtin, Field, OtherFormula, StandIn, Variable
from formula.checking.near_names import near
from formula.checking.operands import joined_parts, result_of
from formula.checking.state import State
from formula.collector import no_collection
from formula.diagnostics import Diagnostic
from formula.fields import STANDARD_FIELDS
from formula.messages import message
from formula.reading.choices import CHOOSERS, FILLERS
from formula.reading.lexer import KEYWORDS
from formula.reading.tree import (
    Assign,
    Binary,
    Call,
    Declare,
    Evaluate,
    Expression,
    Formula,
    Hole,
    If,
    LogicalLiteral,
    Member,
    Name,
    NumberLiteral,
    Paren,
    Repeat,
    Statement,
    TextLiteral,
    Unary,
    While,
    Word,
    bare,
    every_statement,
)
from formula.reporter import Reporter
from formula.schema import Schema
from formula.source import Source, Span
from formula.types import ANY, DECIMAL, EMPTY, INTEGER, LOGICAL, NUMBER, TEXT, shown

MAX_WALKS = 8
MAX_LOOPS = 16


@attrs.frozen(eq=False)
class Checked:
    """A typed tree. Tables are keyed by ``id`` of the node, which the tree keeps alive.

    ``words`` are the declared names in order, where they are declared; ``kinds`` gives every expression's kind set,
    ``bindings`` what each Name and Call means; an unbound one has an error in ``diagnostics``.
    """

    source: Source
    tree: Formula
    schema: Schema
    lenient: bool
    words: dict[str, Word]
    kinds: dict[int, int]
    bindings: dict[int, Binding]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The declared names, in upper case."""
        return tuple(self.words)

    @property
    def runnable(self) -> bool:
        """No error stands in the way of a run."""
        return not any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


def check_tree(source: Source, tree: Formula, schema: Schema, lenient: bool = False) -> Checked:
    """Check a whole tree. Diagnostics are in order of place."""
    reporter = Reporter(source)
    walker = Walker(tree, schema, lenient, reporter)
    with no_collection(len(source.text)):
        walker.run()
        lints.inspect(tree, schema, walker.bindings, walker.kinds, reporter)
    return Checked(
        source,
        tree,
        schema,
        lenient,
        dict(walker.variables),
        walker.kinds,
        walker.bindings,
        reporter.in_order(),
    )


def untrusted_kinds(checked: Checked) -> dict[int, int]:
    """The kinds when field values may be anything: for the code that runs when a field is not what its schema says."""
    walker = Walker(checked.tree, checked.schema, checked.lenient, Reporter(checked.source), trusted=False)
    walker.run()
    return walker.kinds


class Walker(State):
    """One check: the declared names, the kinds at loop heads, and the two tables."""

    def run(self) -> None:
        """Declare, then walk until loop heads stand still, then walk once more and report. Without a loop one walk does."""
        if self.declare():
            self.settle()
        self.reporting = True
        self.walk_through()
        unknown_names.report_other_modules(self)
        self.report_unused()

    def walk_through(self) -> None:
        """Walk the whole formula once."""
        self.ways = Ways(dict.fromkeys(self.variables, EMPTY))
        self.block(self.tree.statements)

    def settle(self) -> None:
        """Walk until no loop brings anything new to its head; what still moves after some walks may be anything."""
        for _ in range(MAX_WALKS):
            self.moved = False
            self.walk_through()
            if not self.moved:
                return
        for kinds in self.heads.values():
            kinds.update(dict.fromkeys(kinds, EVERYTHING))

    # -- names -----------------------------------------------------------------------------------

    def declare(self) -> bool:
        """Collect every DECL of the formula (V6); in lenient mode also the first SETVAR of a name (V5). True when the
        formula has a loop."""
        loops = False
        for node in every_statement(self.tree):
            if isinstance(node, Declare):
                for word in node.words:
                    self.declare_word(word)
            elif isinstance(node, Assign):
                self.assigned.add(node.target.key)
                if self.lenient and node.target.key not in self.variables:
                    self.variables[node.target.key] = node.target
            elif isinstance(node, Repeat | While):
                loops = True
        return loops

    def declare_word(self, word: Word) -> None:
        """One name of a DECL; a second DECL of it is a lint, hiding a function too (V6, V7)."""
        if word.key in self.variables:
            if not self.lenient or self.variables[word.key].span != word.span:
                self.reporter.add("decl-repetido", word.span, message("a variável '{nome}' já foi declarada", nome=word.written))
            return
        row = self.schema.table.get(word.key)
        if row is not None and row.minimum == 0:
            self.reporter.add(
                "nome-esconde-funcao",
                word.span,
                message("a variável '{nome}' esconde a função {funcao}", nome=word.written, funcao=row.name),
                message("para chamar a função escreva {funcao}()", funcao=row.name),
            )
        self.variables[word.key] = word

    def report_unused(self) -> None:
        """Names that no expression reads."""
        for key, word in self.variables.items():
            if key not in self.used:
                self.reporter.add(
                    "variavel-sem-uso",
                    word.span,
                    message("a variável '{nome}' é declarada mas nunca lida", nome=word.written),
                )

    # -- statements ------------------------------------------------------------------------------

    def block(self, statements: tuple[Statement, ...]) -> None:
        """Walk statements in order."""
        for statement in statements:
            match statement:
                case Assign():
                    self.assign(statement)
                case Evaluate():
                    self.expression(statement.expression)
                    self.value_is_pair(statement.expression)
                case If():
                    self.branches(statement)
                case Repeat():
                    self.repeat(statement)
                case While():
                    self.while_(statement)

    def value_is_pair(self, expression: Expression) -> None:
        """A hierarchy pair as the formula's value would hand off to the attendant of that number (taa.md)."""
        if self.reporting and isinstance(expression, Call | Name | Paren) and calls.role_of(self, expression) == "hierarquia":
            self.report(
                "par-nao-e-destino",
                expression.span,
                message("este valor é um par de hierarquia (coligada;id); num repasse seria lido como atendente"),
                message("RETORNAPROXIMOATENDENTEHIERARQUIARH dá o atendente de um nó da hierarquia"),
            )

    def repeat(self, loop: Repeat) -> None:
        """C4: the body runs at least once; its end is where the formula goes on."""
        self.enter_head(loop)
        around = self.ways.enter()
        self.loop_body(loop)
        self.condition(loop.until)
        begun = self.ways.stay(around)
        self.grow(loop, begun, {key: self.ways.kinds[key] for key in begun})

    def while_(self, loop: While) -> None:
        """C5: the formula goes on with the kinds at the head."""
        self.enter_head(loop)
        self.condition(loop.condition)
        around = self.ways.enter()
        self.loop_body(loop)
        end = self.ways.leave(around)
        self.grow(loop, {key: self.ways.kinds[key] for key in end}, end)
        for key, kinds in self.heads[id(loop)].items():
            self.ways.put(key, kinds)

    def enter_head(self, loop: Repeat | While) -> None:
        """At a loop's head a variable that the body changes has the kinds from before it and from the body's end."""
        head = self.heads.setdefault(id(loop), {})
        for key, kinds in head.items():
            head[key] = kinds | self.ways.kinds[key]
            self.ways.put(key, head[key])

    def grow(self, loop: Repeat | While, begun: Kinds, end: Kinds) -> None:
        """What the body changed comes to the head; when that is news, the walk must be repeated."""
        head = self.heads[id(loop)]
        for key, kinds in end.items():
            known = head.get(key, 0) | begun[key]
            head[key] = known | kinds
            self.moved = self.moved or head[key] != known

    def loop_body(self, loop: Repeat | While) -> None:
        """The body of a loop; loops nest to a bound, since generated code does."""
        self.loops += 1
        if self.loops == MAX_LOOPS + 1:
            self.report(
                "lacos-demais",
                loop.span,
                message("há mais de {limite} laços um dentro do outro", limite=MAX_LOOPS),
                message("ponha os laços de dentro em outra fórmula e chame-a pelo código"),
            )
        self.block(loop.body)
        self.loops -= 1

    def branches(self, statement: If) -> None:
        """A chain of SE … SENAO SE … without recursion down the chain."""
        ends: list[Kinds] = []
        current: If | None = statement
        while current is not None:
            self.condition(current.condition)
            ends.append(self.branch(current.then))
            rest = current.otherwise
            if rest is not None and len(rest) == 1 and isinstance(rest[0], If):
                current = rest[0]
            else:
                ends.append(self.branch(rest or ()))
                current = None
        parts = self.ways.join(ends)
        if self.reporting:
            self.report_change_of_kind(statement, parts)

    def branch(self, statements: tuple[Statement, ...]) -> Kinds:
        """Walk one branch and come back; gives the kinds at its end of what it changed."""
        around = self.ways.enter()
        self.block(statements)
        return self.ways.leave(around)

    def report_change_of_kind(self, statement: If, parts: dict[str, set[int]]) -> None:
        """V4: a variable that leaves the branches as one kind or another."""
        for key, kinds in parts.items():
            different = {simple(kind) for kind in kinds} - {0}
            kind = self.ways.kind(key)
            if len(different) > 1 and simple(kind) not in different:
                self.report(
                    "muda-de-tipo",
                    Span(statement.span.start, statement.condition.span.end),
                    message(
                        "depois deste SE, '{nome}' pode ser {tipo}", nome=self.variables[key].written, tipo=shown(kind & ~EMPTY)
                    ),
                    message("guarde cada tipo em uma variável própria"),
                )

    def assign(self, statement: Assign) -> None:
        """SETVAR (V2, V4, V5)."""
        kind = self.expression(statement.value)
        word = statement.target
        if word.key not in self.variables:
            self.unknown_target(word)
            return
        self.bindings[id(statement)] = Variable(word.key)
        self.ways.put(word.key, kind | MARKS.get(calls.role_of(self, statement.value), PLAIN))

    def unknown_target(self, word: Word) -> None:
        """SETVAR of an undeclared name, said once per name. A name that is missing altogether is told where the text is read."""
        if not word.key or word.key in KEYWORDS or word.key in self.unknown or not self.wants("variavel-nao-declarada"):
            return
        self.unknown.add(word.key)
        if word.key in self.schema.fields:
            self.field_target(word)
            return
        found = near(word.key, self.variables)
        written = tuple(self.variables[key].written for key in found.names)
        if not found.names and word.key in self.schema.table:
            text = message("'{nome}' é uma função, e SETVAR só muda variáveis", nome=word.written)
            hint = message("dê outro nome à variável, e declare-a: DECL MEU{nome};", nome=word.key)
            self.report("variavel-nao-declarada", word.span, text, hint)
            return
        self.report(
            "variavel-nao-declarada",
            word.span,
            message("a variável '{nome}' não foi declarada", nome=word.written),
            message(
                "você quis dizer {nomes}?", nomes=unknown_names.either(tuple(self.variables[key].written for key in found.names))
            )
            if found.names
            else message("declare antes: DECL {nome};", nome=word.written),
            fix=((word.span, written[0]) if found.sure else None) if found.names else (Span(0, 0), f"DECL {word.written};\n"),
        )

    def field_target(self, word: Word) -> None:
        """SETVAR of a ticket's field."""
        self.report(
            "variavel-nao-declarada",
            word.span,
            message("'{nome}' é um campo do atendimento, e SETVAR só muda variáveis", nome=word.written),
            message(
                "para mudar o campo use ALTERARCAMPOATENDIMENTO('{nome}=valor'); para uma variável: DECL {nome};", nome=word.key
            ),
        )

    def condition(self, expression: Expression) -> None:
        """C7: a condition is logical; a number is a lint; a text or a date an error."""
        kind = self.expression(expression)
        if kind & (LOGICAL | EMPTY):
            return
        if kind & NUMBER:
            if not kind & ~NUMBER:
                self.report(
                    "condicao-numerica",
                    expression.span,
                    message("esta condição é um número; vale FALSO quando é 0"),
                    message("escreva a comparação: … <> 0"),
                    fix=(Span(expression.span.end, expression.span.end), " <> 0"),
                )
            return
        self.report(
            "condicao-nao-logica",
            expression.span,
            message("a condição precisa dar VERDADE ou FALSO; esta é {tipo}", tipo=shown(kind)),
            message("compare com um valor, por exemplo: … = 'texto'"),
        )

    # -- expressions -----------------------------------------------------------------------------

    def expression(self, node: Expression) -> int:
        """The kind set of an expression."""
        match node:
            case TextLiteral():
                kind = TEXT
            case NumberLiteral():
                kind = INTEGER if isinstance(node.value, int) else DECIMAL
            case LogicalLiteral():
                kind = LOGICAL
            case Name():
                kind = self.name(node)
            case Binary():
                return self.chain(node)
            case Call():
                kind = self.call(node)
            case Paren():
                kind = self.expression(node.inner)
            case Unary():
                kind = self.unary(node)
            case Member():
                kind = self.member(node)
            case Hole():
                kind = ANY
        self.kinds[id(node)] = kind
        return kind

    def chain(self, node: Binary) -> int:
        """A left-leaning chain of operators, from its innermost left end outwards, without recursion."""
        spine = list(left_spine(node))
        kind = self.expression(spine[-1].left)
        for at in range(len(spine) - 1, -1, -1):
            right = self.expression(spine[at].right)
            kind = self.operate(spine, at, kind, right)
            self.kinds[id(spine[at])] = kind
        return kind

    def operate(self, spine: list[Binary], at: int, left: int, right: int) -> int:
        """The result of one operator of a chain; a combination that can never work is an error at the operands."""
        kind, problem = result_of(spine[at], left, right)
        if problem is not None:
            fix = problem.fix
            joined = joined_parts(spine, at, self.kinds) if problem.joins else None
            if joined is not None:
                written = ", ".join(self.reporter.source.slice(one.span) for one in joined[1])
                fix = (joined[0].span, f"CONCAT({written})")
            self.report(problem.code, problem.span, problem.text, problem.hint, fix=fix)
        return kind

    def unary(self, node: Unary) -> int:
        """``NAO`` and signs; a run of them without recursion."""
        run: list[Unary] = [node]
        while isinstance(run[-1].operand, Unary):
            run.append(run[-1].operand)
        kind = self.expression(run[-1].operand)
        for one in reversed(run):
            if one.operator == "NAO":
                if not kind & (LOGICAL | NUMBER | EMPTY):
                    self.report(
                        "tipo-errado",
                        one.operand.span,
                        message("NAO precisa de um valor lógico, mas este é {tipo}", tipo=shown(kind)),
                    )
                kind = LOGICAL
            else:
                if not kind & (NUMBER | TEXT | EMPTY):
                    self.report(
                        "tipo-errado",
                        one.operand.span,
                        message("o sinal precisa de um número, mas este valor é {tipo}", tipo=shown(kind)),
                    )
                kind = kind if kind and not kind & ~NUMBER else NUMBER
            self.kinds[id(one)] = kind
        return kind

    def member(self, node: Member) -> int:
        """O6: ``.value`` after a call is the value itself."""
        kind = self.expression(node.call)
        if not isinstance(bare(node.call), Call) or node.word.key != "VALUE":
            self.report(
                "membro-desconhecido",
                node.word.span,
                message("'.{nome}' não existe; só '.value' depois de uma chamada", nome=node.word.written),
            )
            return ANY
        self.report(
            "membro-value",
            Span(node.call.span.end, node.span.end),
            message("'.value' não é preciso aqui: a chamada já dá o valor"),
            fix=(Span(node.call.span.end, node.span.end), ""),
        )
        return kind

    def name(self, node: Name) -> int:
        """F1, F6: variable, zero-argument function, field, stand-in, formula — in this order; a stand-in that the context names
        itself comes before a standard field of the same name."""
        word = node.word
        if word.key in self.variables:
            self.bindings[id(node)] = Variable(word.key)
            self.used.add(word.key)
            kind = self.ways.kind(word.key)
            if kind == EMPTY and self.wants("variavel-sem-valor"):
                self.report(
                    "variavel-sem-valor",
                    word.span,
                    message("'{nome}' ainda não recebeu valor neste ponto; vale Vazio", nome=word.written),
                    message("dê um valor antes com SETVAR({nome}, …)", nome=word.written),
                )
            return kind
        row = self.schema.table.get(word.key)
        if row is not None:
            self.bindings[id(node)] = Builtin(row)
            return calls.bare_function(self, node, row)
        if word.key in self.schema.fields and not (word.key in STANDARD_FIELDS and word.key in self.schema.functions):
            kind = self.schema.fields[word.key]
            self.bindings[id(node)] = Field(word.key, kind)
            return kind if self.trusted else ANY
        if word.key in self.schema.functions:
            self.bindings[id(node)] = StandIn(word.key, self.schema.functions[word.key])
            return self.schema.functions[word.key] if self.trusted else ANY
        if self.schema.formulas is not None and word.key in self.schema.formulas:
            self.bindings[id(node)] = OtherFormula(word.key)
            return ANY
        unknown_names.unknown_name(self, word, called=False)
        return ANY

    def call(self, node: Call) -> int:
        """``NAME(…)`` is always a function (V7); arguments are checked left to right."""
        row = self.schema.table.get(node.word.key)
        if row is None and node.word.key in CHOOSERS | FILLERS and not unknown_names.known_here(self, node.word):
            unknown_names.unknown_name(self, node.word, called=True)
        given = [
            TEXT if row is not None and unknown_names.without_quotes(self, row, place, argument) else self.expression(argument)
            for place, argument in enumerate(node.arguments)
        ]
        if row is not None:
            self.bindings[id(node)] = Builtin(row)
            return calls.check_call(self, node, row, given)
        if node.word.key in self.schema.functions:
            self.bindings[id(node)] = StandIn(node.word.key, self.schema.functions[node.word.key])
            return self.schema.functions[node.word.key] if self.trusted else ANY
        if self.schema.formulas is not None and node.word.key in self.schema.formulas and not node.arguments:
            self.bindings[id(node)] = OtherFormula(node.word.key)
            return ANY
        unknown_names.unknown_name(self, node.word, called=True, given=given)
        return ANY


def simple(kind: int) -> int:
    """A kind set as people see it: one number kind, Vazio left out; 0 when nothing or anything is known."""
    kind &= ANY
    if kind == ANY:
        return 0
    kind &= ~EMPTY
    return kind | NUMBER if kind & NUMBER else kind


def left_spine(node: Binary) -> Iterator[Binary]:
    """The chain of operators down the left side, outermost first."""
    current: Expression = node
    while isinstance(current, Binary):
        yield current
        current = current.left
