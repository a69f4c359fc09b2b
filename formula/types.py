"""The kinds of values as sets, so that a variable may hold "number or Vazio" after a branch (language §6).

A *kind set* is an int with one bit per kind; joining two ways is ``|``. ``ANY`` fits everywhere: it is also what an
expression with an error gets, so that one mistake gives one message.
"""

from __future__ import annotations

from typing import Annotated, Any

from formula.messages import Message, message

DECIMAL, TEXT, DATE, LOGICAL, EMPTY, INTEGER = 1, 2, 4, 8, 16, 32
NUMBER = DECIMAL | INTEGER
"""A number proven to be a Python ``int`` is INTEGER alone; people know one kind, Número (T1)."""
ANY = 63

KIND_NAMES: dict[int, str] = {NUMBER: "numero", TEXT: "texto", DATE: "data", LOGICAL: "logico", EMPTY: "vazio"}
KINDS_BY_NAME: dict[str, int] = {name: bit for bit, name in KIND_NAMES.items()} | {
    "inteiro": INTEGER,
    "valor": NUMBER,
    "real": NUMBER,
    "string": TEXT,
    "qualquer": ANY,
    "efeito": EMPTY,
}
LETTER_KINDS: dict[str, int] = {"V": NUMBER, "I": INTEGER, "S": TEXT, "D": DATE}
"""Type letters of field getters (T11)."""

SHOWN: dict[int, Message] = {
    NUMBER: message("número"),
    TEXT: message("texto"),
    DATE: message("data"),
    LOGICAL: message("lógico"),
    EMPTY: message("Vazio"),
}


class Parameter:
    """Marks a parameter or result annotation: its kind set and the role a text plays."""

    __slots__ = ("kinds", "name", "role")

    def __init__(self, name: str, kinds: int, role: str = "") -> None:
        """``role`` is '' or one of destino, hierarquia, letra, campo, parametro, sentenca, formula, etapa, atribuicoes."""
        self.name = name
        self.kinds = kinds
        self.role = role


Number = Annotated[Any, Parameter("valor", NUMBER)]
Integer = Annotated[Any, Parameter("inteiro", INTEGER, "inteiro")]
Text = Annotated[str, Parameter("texto", TEXT)]
Date = Annotated[Any, Parameter("data", DATE)]
Logical = Annotated[bool, Parameter("logico", LOGICAL)]
Anything = Annotated[Any, Parameter("qualquer", ANY)]
Nothing = Annotated[None, Parameter("efeito", EMPTY)]
Destination = Annotated[str, Parameter("texto", TEXT, "destino")]
HierarchyPair = Annotated[str, Parameter("texto", TEXT, "hierarquia")]
Letter = Annotated[str, Parameter("texto", TEXT, "letra")]
FieldName = Annotated[str, Parameter("texto", TEXT, "campo")]
ParameterName = Annotated[str, Parameter("texto", TEXT, "parametro")]
SentenceCode = Annotated[str, Parameter("texto", TEXT, "sentenca")]
FormulaCode = Annotated[str, Parameter("texto", TEXT, "formula")]
StepName = Annotated[Any, Parameter("qualquer", ANY, "etapa")]
Assignments = Annotated[str, Parameter("texto", TEXT, "atribuicoes")]
ByLetter = Annotated[Any, Parameter("por letra", ANY, "por letra")]


class UnknownKind(KeyError):
    """No kind has this name."""

    def __str__(self) -> str:
        """Which name, and which there are."""
        return message("'{nome}' não é um tipo: use {tipos}", nome=self.args[0], tipos=", ".join(KINDS_BY_NAME)).text("pt")


def kind_set(name: str) -> int:
    """The kind set of a Portuguese kind name, in any letter case; UnknownKind for another one."""
    try:
        return KINDS_BY_NAME[name.strip().lower().replace("número", "numero").replace("lógico", "logico")]
    except (KeyError, AttributeError):
        raise UnknownKind(name) from None


def shown(kinds: int) -> Message:
    """A kind set as people read it: ``número``, or ``número ou texto``."""
    names = [SHOWN[bit] for bit in SHOWN if kinds & bit]
    if len(names) == len(SHOWN):
        return message("qualquer valor")
    if len(names) == 1:
        return names[0]
    joined = names[0]
    for name in names[1:]:
        joined = message("{um} ou {outro}", um=joined, outro=name)
    return joined
