"""What the rules of a ticket type look at, so that what nobody looks at need not be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from formula.parser import parse
from formula.reading.tree import Call, Name, Node, TextLiteral, bare, walk
from routing.domain.model import TicketType
from routing.domain.site import Site, formula_codes
from routing.proving.modelled import LOOSE

PEOPLE_FUNCTIONS = frozenset(
    {
        "USUARIOCORRENTE", "RETPROXIMOCHEFESECAOLABORE", "RETORNAPROXIMOCHEFESECAOLABORE", "RETORNAPROXIMOATENDENTEHIERARQUIARH",
        "ATENDENTEDOGRUPO",
    }
)  # fmt: skip
GETTERS = frozenset({"CAMPOATENDIMENTO", "PARAMETROATENDIMENTO", "FORMULA", "EXECSQL"})


@attrs.frozen
class Looks:
    """Upper-case names and texts that stand in the formulas of a type; ``anything`` when a name is calculated."""

    words: frozenset[str]
    anything: bool
    codes: frozenset[str]

    def at(self, *names: str) -> bool:
        """Whether the formulas may look at one of these."""
        return self.anything or not self.words.isdisjoint(names)


def looks_of(site: Site, kind: TicketType, texts: Iterable[str] = ()) -> Looks:
    """What the formulas of a type, those that they call, and some more texts mention."""
    waiting, seen = formula_codes(kind), set[str]()
    words: set[str] = set()
    anything = False
    sources = list(texts)
    while waiting or sources:
        if sources:
            text = sources.pop()
        else:
            code = waiting.pop()
            found = site.formulas.get(code)
            if found is None or code in seen:
                continue
            seen.add(code)
            text = found.text
        tree = parse(text).tree
        if tree is None:
            continue
        told = {id(node) for node in told_only(tree)}
        for node in walk(tree):
            if id(node) in told and not (isinstance(node, Name | Call) and node.word.key in site.formulas):
                continue
            if isinstance(node, Name | Call):
                key = node.word.key
                words.add(key)
                if key in site.formulas:
                    waiting.append(key)
                if isinstance(node, Call) and key in GETTERS and node.arguments:
                    anything = anything or not isinstance(bare(node.arguments[0]), TextLiteral)
            elif isinstance(node, TextLiteral):
                word = node.value.strip().upper()
                words.add(word)
                if word in site.formulas:
                    waiting.append(word)
    if any(word in site.sentences for word in words):
        anything = True
    return Looks(frozenset(words), anything, frozenset(seen))


def told_only(tree: Node) -> Iterator[Node]:
    """What stands in texts that are only for people to read."""
    for node in walk(tree):
        if isinstance(node, Call):
            for position in LOOSE.get(node.word.key, ()):
                if position < len(node.arguments):
                    yield from walk(node.arguments[position])
