"""Functions that ask the organisation: chiefs, sections, the hierarchy, groups (taa.md).

Decisions, the same for all (D):

- A step up is one step in the tree, also when the parent lies in another coligada.
- A function that gives a *place* (section, node) gives ``''`` past the root, so that a loop of the formula can end.
- A function that gives a *person* never gives nothing: past the root is a fault that says how far the climb went.
- A vacant place (no chief, no active occupant) is passed over by functions that look for a person.
- Of several occupants the first active one in the directory's order is taken.
- A ring in the tree is a fault that shows it, whatever was asked.
"""

from collections.abc import Callable, Iterator
from typing import Any

from formula.builtins.lookup import find, missing
from formula.builtins.table import TAA, function
from formula.context import Directory, Run
from formula.diagnostics import Fault
from formula.host import MISSING
from formula.messages import Message, message, plural
from formula.names import name_key
from formula.types import Destination, HierarchyPair, Integer, Text
from formula.values import to_integer


@function(origin="vendor", contexts=[TAA], pure=False, examples=["RETPROXIMOCHEFESECAOLABORE(1) -> 1;1"])
def retproximochefesecaolabore(run: Run, nivel: Integer) -> Destination:
    """O chefe de seção, tantos níveis acima de quem abriu o atendimento. O nível 1 é o primeiro chefe que não é ele mesmo.

    Seções sem chefe são saltadas. De quem se parte é a chave chefia_a_partir de repasse.toml: "abertura" (de quem abriu),
    "atendimento" (de quem está com ele) ou "usuario" (de quem age); sem atendimento, parte-se do usuário do contexto.
    """
    at_least(nivel, 1, "RETPROXIMOCHEFESECAOLABORE")
    directory = organisation(run, SECTIONS)
    person = begins_at(run, directory)
    met = [person.key]
    for section in sections_up(directory, *section_key(person.section, run.context.coligada)):
        chief = active(directory, section.chief)
        if chief is not None and chief not in met:
            met.append(chief)
            if len(met) > nivel:
                return chief
        elif chief is None:
            run.note(passed_section(directory, section))
    raise past_root(message("chefes acima de {pessoa}", pessoa=person.key), nivel, len(met) - 1)


CHIEFS_FROM = {"abertura": "ABERTO_POR", "atendimento": "ATENDENTE", "usuario": ""}
"""The field that names whose chiefs are meant; none: who acts."""


def begins_at(run: Run, directory: Directory) -> Any:
    """The attendant whose chiefs are climbed, with a section; a fault that names who was meant."""
    start = run.context.chiefs_from or "abertura"
    given = find(run.context.fields, CHIEFS_FROM[start]) if CHIEFS_FROM[start] else MISSING
    key = "" if given is MISSING or given is None else str(given).strip()
    if start == "atendimento" and given is not MISSING and not key:
        raise Fault(
            "diretorio-desconhecido",
            message("o atendimento está numa fila; não há atendente de quem contar os chefes"),
            message('em repasse.toml, chefia_a_partir = "abertura" conta de quem abriu'),
        )
    person = directory.attendant_of_user(key or run.context.user)
    if person is not None and person.section is not None:
        return person
    if key:
        raise Fault(
            "diretorio-desconhecido",
            message("{pessoa}, que abriu o atendimento, não tem seção no diretório", pessoa=key)
            if start == "abertura"
            else message("{pessoa}, que está com o atendimento, não tem seção no diretório", pessoa=key),
            message("dê uma seção a esse atendente no diretório"),
        )
    raise Fault(
        "diretorio-desconhecido",
        message("o usuário '{usuario}' não tem seção no diretório", usuario=run.context.user),
        message("dê uma seção ao atendente desse usuário"),
    )


@function(origin="vendor", contexts=[TAA], pure=False, examples=["RETORNAPROXIMOCHEFESECAOLABORE('01.02', 'DIR') -> 1;1"])
def retornaproximochefesecaolabore(run: Run, secao: Text, funcao: Text) -> Destination:
    """O chefe com aquela função mais próximo, a partir da própria seção e para cima."""
    directory = organisation(run, SECTIONS)
    wanted = name_key(funcao)
    climbed = 0
    for section in sections_up(directory, *section_key(secao, run.context.coligada)):
        climbed += 1
        chief = active(directory, section.chief)
        if name_key(section.role or "") == wanted:
            if chief is not None:
                return chief
            run.note(passed_section(directory, section))
    raise Fault(
        "diretorio-topo",
        message(
            "nenhuma das {quantas} seções a partir de {secao} tem chefe com a função '{funcao}'",
            quantas=climbed,
            secao=secao,
            funcao=funcao,
        ),
        message("confira a função e as chefias das seções"),
    )


@function(origin="vendor", contexts=[TAA], pure=False, examples=["SECAOORIGEMREQUISICAO(1, 77) -> 01.02"])
def secaoorigemrequisicao(run: Run, coligada: Integer, id_: Integer) -> Text:
    """A seção em que nasceu uma requisição de pessoal."""
    section = organisation(run, REQUISITIONS).requisition_section(coligada, id_)
    if section is None:
        raise unknown(message("requisição"), f"{coligada};{id_}")
    return section


@function(
    origin="vendor",
    contexts=[TAA],
    pure=False,
    examples=[
        "SECAOPAI(1, '01.02.03', 1) -> 01.02",
        "SECAOPAI(1, '01.02.03', 0) -> 01.02.03",
        "SECAOPAI(1, '01', 1) -> ",
    ],
)
def secaopai(run: Run, coligada: Integer, secao: Text, nivel: Integer) -> Text:
    """A seção tantos níveis acima; vazia acima da raiz. De outra coligada, vem como coligada;seção."""
    at_least(nivel, 0, "SECAOPAI")
    for climbed, section in enumerate(sections_up(organisation(run, SECTIONS), coligada, secao.strip())):
        if climbed == nivel:
            return str(section.code) if section.coligada == coligada else f"{section.coligada};{section.code}"
    return ""


@function(
    origin="vendor",
    contexts=[TAA],
    pure=False,
    examples=["RETORNAPROXIMAHIERARQUIARH(1, '1;2') -> 1;3", "RETORNAPROXIMAHIERARQUIARH(9, '1;2') -> "],
)
def retornaproximahierarquiarh(run: Run, niveis: Integer, hierarquia: HierarchyPair) -> HierarchyPair:
    """O nó da hierarquia tantos níveis acima, como coligada;nó; vazio acima da raiz."""
    at_least(niveis, 0, "RETORNAPROXIMAHIERARQUIARH")
    for climbed, node in enumerate(nodes_up(organisation(run, NODES), hierarquia)):
        if climbed == niveis:
            return str(node.key)
    return ""


@function(origin="vendor", contexts=[TAA], pure=False, examples=["RETORNAPROXIMOATENDENTEHIERARQUIARH(1, '1;2') -> 1;9"])
def retornaproximoatendentehierarquiarh(run: Run, niveis: Integer, hierarquia: HierarchyPair) -> Destination:
    """O atendente que ocupa o nó tantos níveis acima; se o nó está vago, o do próximo nó ocupado acima dele."""
    at_least(niveis, 0, "RETORNAPROXIMOATENDENTEHIERARQUIARH")
    directory = organisation(run, NODES)
    climbed = -1
    for node in nodes_up(directory, hierarquia):
        climbed += 1
        if climbed >= niveis:
            for occupant in node.occupants:
                if active(directory, occupant) is not None:
                    return str(occupant)
            run.note(passed_node(node))
    raise past_root(message("níveis com ocupante acima de {no}", no=hierarquia), niveis, climbed)


@function(origin="vendor", contexts=[TAA], pure=False, examples=["GETIDDAREQUISICAO -> 77"])
def getiddarequisicao(run: Run) -> Integer:
    """O número da requisição de que o atendimento nasceu."""
    if run.context.requisition is not None:
        return run.context.requisition
    stand_in = find(run.context.functions, "GETIDDAREQUISICAO")
    if stand_in is not MISSING:
        return to_integer(stand_in)
    raise missing("sem-requisicao", message("o atendimento não nasceu de uma requisição"), "funcoes", "GETIDDAREQUISICAO = 1")


@function(
    origin="extension",
    contexts=[TAA],
    pure=False,
    examples=["ATENDENTEDOGRUPO(5, 'RODIZIO') -> 1;4", "ATENDENTEDOGRUPO(5, 'MENORCARGA') -> 1;3"],
)
def atendentedogrupo(run: Run, grupo: Integer, politica: Text) -> Destination:
    """Um atendente ativo e presente do grupo.

    Por RODIZIO, o seguinte a quem teve a última vez; por MENORCARGA, o menos ocupado.
    """
    directory = organisation(run, GROUPS)
    key = f"{run.context.coligada};{grupo}"
    group = directory.group(key)
    if group is None:
        raise unknown(message("grupo"), key)
    moment = run.context.now
    members = directory.members_present(key, None if moment is None else moment.date())
    left_out = [member for member in group.members if active(directory, member) is None]
    if left_out:
        run.note(message("o grupo {grupo} tem atendentes inativos, que não contam: {quem}", grupo=key, quem=", ".join(left_out)))
    if not members:
        raise Fault(
            "diretorio-vago",
            message("o grupo {grupo} não tem atendente ativo e presente", grupo=key),
            message("ponha no grupo um atendente ativo que não esteja ausente"),
        )
    choose = POLICIES.get(politica.strip().upper())
    if choose is None:
        raise Fault(
            "argumento-invalido",
            message("não existe a política '{politica}'", politica=politica),
            message("use {politicas}", politicas=", ".join(f"'{name}'" for name in POLICIES)),
        )
    chosen: str = choose(directory, group, members)
    run.note(REASONS[choose](directory, group, chosen))
    return chosen


def passed_node(node: Any) -> Message:
    """A hierarchy node that a climb passed over."""
    if not node.occupants:
        return message("o nó {no} está vago: a busca subiu ao nó acima", no=node.key)
    return message(
        "o nó {no} só tem ocupante inativo ({quem}): a busca subiu ao nó acima",
        no=node.key,
        quem=", ".join(map(str, node.occupants)),
    )


def passed_section(directory: Directory, section: Any) -> Message:
    """A section that a climb passed over."""
    name = f"{section.coligada};{section.code}"
    if section.chief is None or directory.attendant(section.chief) is None:
        return message("a seção {secao} não tem chefe: a busca subiu à seção acima", secao=name)
    return message("o chefe da seção {secao} está inativo ({quem}): a busca subiu à seção acima", secao=name, quem=section.chief)


def next_in_turn(directory: Directory, group: Any, members: list[str]) -> str:
    """Whose turn it is among those present, in the group's order; the group remembers it when the run counts."""
    return directory.take_turn(group.key, members)


def least_loaded(directory: Directory, group: Any, members: list[str]) -> str:
    """The active member with the fewest open tickets; of equals the first in the group's order."""
    return min(members, key=directory.load)


def called(directory: Directory, key: str) -> str:
    """A person with the key."""
    found = directory.attendant(key)
    return key if found is None else f"{found.name} ({key})"


def why_in_turn(directory: Directory, group: Any, chosen: str) -> Message:
    """Why it is somebody's turn."""
    latest = directory.turn_before(group.key)
    who = called(directory, chosen)
    if latest is None:
        return message("é a vez de {quem}, porque ninguém do grupo {grupo} teve a vez ainda", quem=who, grupo=group.name)
    then = called(directory, latest)
    return message("é a vez de {quem}, porque a última vez no grupo {grupo} foi de {antes}", quem=who, grupo=group.name, antes=then)


def why_least(directory: Directory, group: Any, chosen: str) -> Message:
    """Why somebody has the fewest tickets."""
    return plural(
        directory.load(chosen),
        "é a vez de {quem}, porque tem {quantos} atendimento por resolver, o menor número do grupo {grupo}",
        "é a vez de {quem}, porque tem {quantos} atendimentos por resolver, o menor número do grupo {grupo}",
        quem=called(directory, chosen),
        quantos=directory.load(chosen),
        grupo=group.name,
    )


POLICIES: dict[str, Callable[[Directory, Any, list[str]], str]] = {"RODIZIO": next_in_turn, "MENORCARGA": least_loaded}
REASONS: dict[Callable[[Directory, Any, list[str]], str], Callable[[Directory, Any, str], Message]] = {
    next_in_turn: why_in_turn,
    least_loaded: why_least,
}


ANA = "{ coligada = 1, codigo = 3, nome = 'Ana' }"
NODES = f"hierarquia = [{{ coligada = 1, codigo = 2, ocupantes = ['1;3'] }}]\natendente = [{ANA}]"
SECTIONS = (
    "secao = [{ coligada = 1, codigo = '01', chefe = '1;3' }, { coligada = 1, codigo = '01.02', pai = '01' }]\n"
    f"atendente = [{ANA}, {{ coligada = 1, codigo = 2, nome = 'Bia', usuario = 'mestre', secao = '01.02' }}]"
)
GROUPS = f"grupo = [{{ coligada = 1, codigo = 5, nome = 'Compras', membros = ['1;3'] }}]\natendente = [{ANA}]"
REQUISITIONS = "requisicao = [{ coligada = 1, codigo = 77, secao = '01' }]\nsecao = [{ coligada = 1, codigo = '01' }]"
"""Lines that make a directory in which the question has an answer."""


def organisation(run: Run, lines: str) -> Directory:
    """The directory of the run, or a fault that gives the ``lines`` of one."""
    if run.context.directory is None:
        raise missing("sem-diretorio", message("falta no contexto: o diretório de pessoas"), "diretorio", lines)
    return run.context.directory


def nodes_up(directory: Directory, start: str) -> Iterator[Any]:
    """A hierarchy node and those above it, to the root."""
    key = pair(start)
    seen: list[str] = []
    while key is not None:
        if key in seen:
            raise ring([*seen[seen.index(key) :], key])
        node = directory.node(key)
        if node is None:
            raise unknown(message("nó de hierarquia"), key)
        seen.append(key)
        yield node
        key = node.parent


def sections_up(directory: Directory, coligada: int, code: str) -> Iterator[Any]:
    """A section and those above it, to the root. A parent may name another coligada as ``coligada;seção``."""
    seen: list[str] = []
    while True:
        key = f"{coligada};{code}"
        if key in seen:
            raise ring([*seen[seen.index(key) :], key])
        section = directory.section(coligada, code)
        if section is None:
            raise unknown(message("seção"), key)
        seen.append(key)
        yield section
        if not section.parent:
            return
        coligada, code = section_key(section.parent, coligada)


def section_key(text: str, coligada: int) -> tuple[int, str]:
    """``'01.02'`` in a given coligada, or ``'2;01.02'`` in its own."""
    before, mark, after = text.strip().partition(";")
    return (int(before), after.strip()) if mark and before.strip().isdigit() else (coligada, text.strip())


def pair(text: str) -> str:
    """A hierarchy pair ``coligada;nó`` in its plain form; anything else is a fault."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise Fault(
            "par-mal-formado",
            message("'{texto}' não é um nó de hierarquia", texto=text),
            message("escreva coligada;nó, por exemplo '1;2'"),
        )
    return f"{int(parts[0])};{int(parts[1])}"


def active(directory: Directory, key: str | None) -> str | None:
    """An attendant's key when the person is known and active."""
    person = directory.attendant(key) if key else None
    return person.key if person is not None and person.active else None


def at_least(number: int, least: int, name: str) -> None:
    """Refuse a level below the first one."""
    if number < least:
        raise Fault(
            "argumento-invalido",
            message("{funcao} recebeu o nível {nivel}; o menor é {menor}", funcao=name, nivel=number, menor=least),
        )


def unknown(what: Message, key: str) -> Fault:
    """A key that the directory does not have."""
    return Fault(
        "diretorio-desconhecido",
        message("o diretório não tem {coisa} {chave}", coisa=what, chave=key),
        message("confira a chave ou cadastre no diretório"),
    )


def ring(keys: list[str]) -> Fault:
    """A tree that bites its tail."""
    return Fault(
        "diretorio-anel",
        message("referência circular na hierarquia: {cadeia}", cadeia=" → ".join(keys)),
        message("corrija o superior de um desses nós"),
    )


def past_root(what: Message, wanted: int, found: int) -> Fault:
    """A climb that ended before it reached a person."""
    return Fault(
        "diretorio-topo",
        message("pediram-se {pedidos} {coisa}, e só há {achados}", pedidos=wanted, coisa=what, achados=max(found, 0)),
        message("peça menos níveis ou complete o diretório"),
    )
