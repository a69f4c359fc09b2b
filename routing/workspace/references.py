"""Checks across a site's files: every name that is used exists, and no order of people turns in a ring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from formula.destinations import parse_destination
from formula.fields import STANDARD_FIELDS
from formula.names import name_key
from routing.domain.approvals import APPROVE, most_filled, needed
from routing.domain.flow import STATUS_NAMES, TRANSITIONS
from routing.domain.model import Attendant, Client, Group, Node, Section, Step, Ticket, TicketType
from routing.domain.ticket_names import Known, unknown_names
from routing.messages import message, plural
from routing.workspace.reading import Origin, Registry

ACTION_ITEMS = ("ACAO.DISCUSSAO", "ACAO.SOLUCAO", "ACAO.SOLICITACAO", "ACAO.PRIMEIROCONTATO")
"""Obligatory actions of a step (G8)."""


GONE_NAMES = frozenset(
    {
        "atendente-desconhecido", "grupo-desconhecido", "parametro-desconhecido", "campo-desconhecido",
        "classificacao-desconhecida", "cliente-desconhecido", "contato-desconhecido", "origem-desconhecida",
        "representante-desconhecido", "valor-fora-da-lista",
    }
)  # fmt: skip
"""What a sample ticket may name that was there once; it is left out, and everything else works."""


def check_references(
    registry: Registry,
    formulas: Iterable[str],
    extra_fields: Iterable[str],
    classifications: Iterable[str] = (),
    declared_fields: frozenset[str] | None = None,
    representatives: Mapping[str, Client] | None = None,
    lists: Mapping[str, tuple[str, ...]] | None = None,
) -> None:
    """Report everything that names something the site does not have."""
    known = Known(
        types={kind.code: kind for kind in registry.of("type")},
        fields=declared_fields,
        classifications=tuple(classifications),
        clients={client.key: client for client in registry.of("client")},
        people={person.key for person in registry.of("attendant")},
        groups={group.key for group in registry.of("group")},
        representatives=representatives or {},
        lists=lists or {},
    )
    codes = {name_key(code): code for code in formulas}
    fields = set(STANDARD_FIELDS) | set(extra_fields)
    for (sort, _), record in list(registry.records.items()):
        origin = registry.origins[(sort, _)]
        if sort == "attendant":
            check_attendant(registry, origin, record)
        elif sort == "group":
            check_group(registry, origin, record)
        elif sort == "node":
            check_node(registry, origin, record)
        elif sort == "section":
            check_section(registry, origin, record)
        elif sort == "type":
            check_type(registry, origin, record, codes, fields)
        elif sort == "ticket":
            seen = len(origin.document.faults)
            check_ticket(registry, origin, record, known)
            registry.judge(record.key, origin.document, seen)
    check_rings(registry)


def person(registry: Registry, origin: Origin, key: str, who: str | None) -> None:
    """Report an attendant key nobody has."""
    if who is not None and ("attendant", who) not in registry.records:
        origin.report(
            "atendente-desconhecido",
            key,
            message("o atendente {chave} não existe", chave=who),
            message("inclua-o em diretorio.toml ou corrija o código"),
            f'"{who}"',
        )


def group_of(registry: Registry, origin: Origin, key: str, group: str | None) -> None:
    """Report a group key nobody has."""
    if group is not None and ("group", group) not in registry.records:
        origin.report(
            "grupo-desconhecido",
            key,
            message("o grupo {chave} não existe", chave=group),
            message("inclua-o em diretorio.toml ou corrija o código"),
            f'"{group}"',
        )


def check_attendant(registry: Registry, origin: Origin, record: Attendant) -> None:
    """Chief, substitute, section."""
    person(registry, origin, "chefe", record.chief)
    if record.absence is not None:
        person(registry, origin, "ausente", record.absence.substitute)
        check_substitute(registry, origin, record.absence.substitute)
    if record.section is not None and ("section", record.section) not in registry.records:
        origin.report("secao-desconhecida", "secao", message("a seção {chave} não existe", chave=record.section))


def check_substitute(registry: Registry, origin: Origin, key: str | None) -> None:
    """A substitute who is inactive receives nothing: whatever goes to the absent person is refused (G11)."""
    found = None if key is None else registry.records.get(("attendant", key))
    if found is not None and not found.active:
        origin.report(
            "destino-inativo",
            "ausente",
            message("o substituto {nome} ({chave}) está inativo", nome=found.name, chave=found.key),
            message("escolha outro substituto; até lá, um repasse para quem está ausente será recusado"),
        )


def check_group(registry: Registry, origin: Origin, record: Group) -> None:
    """Members; a group nobody of whom is active cannot receive."""
    for member in record.members:
        person(registry, origin, "membros", member)
    if record.distribution == "atendente" and record.attendant is None:
        origin.report(
            "chave-ausente",
            "distribuicao",
            message("o grupo {nome} distribui para um atendente fixo, mas falta a chave 'atendente'", nome=record.name),
            message('acrescente atendente = "coligada;código" de um membro'),
        )
    elif record.attendant is not None and record.attendant not in record.members:
        origin.report(
            "atendente-fora-do-grupo",
            "atendente",
            message("o atendente {chave} não é do grupo {nome}", chave=record.attendant, nome=record.name),
            message("ponha-o em 'membros' ou escolha um membro"),
        )
    elif record.attendant is not None and record.distribution != "atendente":
        origin.report(
            "atendente-fora-do-grupo",
            "atendente",
            message(
                "o grupo {nome} tem um atendente fixo, mas a distribuição é '{tipo}'", nome=record.name, tipo=record.distribution
            ),
            message("escreva distribuicao = \"atendente\" ou apague a chave 'atendente'"),
        )
    fixed = registry.records.get(("attendant", record.attendant or "")) if record.distribution == "atendente" else None
    if fixed is not None and not fixed.active:
        origin.report(
            "destino-inativo",
            "atendente",
            message("o atendente fixo do grupo {nome}, {quem}, está inativo", nome=record.name, quem=f"{fixed.name} ({fixed.key})"),
            message("escolha outro membro; até lá, um repasse para o grupo será recusado"),
        )
    people = [registry.records.get(("attendant", member)) for member in record.members]
    if not any(one is not None and one.active for one in people):
        origin.report(
            "grupo-vazio",
            "membros",
            message("o grupo {nome} não tem atendente ativo", nome=record.name),
            message("um repasse para ele será recusado"),
        )


def chief_works(registry: Registry, origin: Origin, key: str | None) -> None:
    """A chief who is inactive is passed over."""
    found = registry.records.get(("attendant", key)) if key is not None else None
    if found is not None and not found.active:
        said = message("o chefe {nome} ({chave}) está inativo: procura-se o da seção de cima", nome=found.name, chave=found.key)
        origin.report("chefe-inativo", "chefe", said)


def check_node(registry: Registry, origin: Origin, record: Node) -> None:
    """A superior is a node (``1;2``), occupants are people."""
    if record.parent is not None and ("node", record.parent) not in registry.records:
        origin.report("hierarquia-desconhecida", "superior", message("o nó de hierarquia {chave} não existe", chave=record.parent))
    for occupant in record.occupants:
        person(registry, origin, "ocupantes", occupant)
    if not active(registry, record.occupants):
        above = (
            message("as funções de hierarquia passam ao nó de cima, {chave}", chave=record.parent)
            if record.parent is not None
            else message("nenhum nó fica acima dele: quem sobe até aqui não acha ninguém")
        )
        origin.report("no-vago", "ocupantes", message("o nó {chave} está vago: {onde}", chave=record.key, onde=above))


def check_section(registry: Registry, origin: Origin, record: Section) -> None:
    """Parent and chief."""
    person(registry, origin, "chefe", record.chief)
    chief_works(registry, origin, record.chief)
    if record.parent is not None and ("section", f"{record.coligada};{record.parent}") not in registry.records:
        origin.report("secao-desconhecida", "pai", message("a seção {chave} não existe", chave=record.parent))


def check_type(registry: Registry, origin: Origin, kind: TicketType, codes: Mapping[str, str], fields: set[str]) -> None:
    """Entry steps, handoffs, formulas, obligatory fields."""
    check_entries(origin, kind)
    group_of(registry, origin, "grupo", kind.group)
    check_handoff(registry, origin, kind.handoff, kind.receiver, kind.formula, codes)
    seen: set[int] = set()
    for number, step in enumerate(kind.steps):
        place = Origin(origin.document, ("etapa", number))
        if step.code in seen:
            first = next(one for one in kind.steps if one.code == step.code)
            place.report(
                "codigo-repetido",
                "codigo",
                message(
                    "a etapa {codigo} aparece duas vezes: '{uma}' e '{outra}'",
                    codigo=step.code,
                    uma=first.name,
                    outra=step.name,
                ),
                message("dê outro código a uma das duas"),
            )
        seen.add(step.code)
        own = step.handoff
        formula = step.formula or (kind.formula if own == "formula" else None)
        check_handoff(registry, place, own, step.receiver, formula, codes)
        for key, used in (("ao_entrar", step.on_entry), ("ao_sair", step.on_exit), ("ao_vencer", step.when_due)):
            for code in used:
                formula_of(place, key, code, codes)
        check_required(place, kind, step, fields)
        check_approval(registry, place, kind, step)
        check_clock(place, step)


def check_clock(origin: Origin, step: Step) -> None:
    """A reminder comes within the step's time, before its end; formulas for the end of a step that has none may never run."""
    if step.reminder is not None and (step.duration is None or step.reminder >= step.duration):
        if step.duration is None:
            said = message("a etapa '{etapa}' tem lembrete e não tem duração", etapa=step.name)
            cure = message("escreva duracao = … com as horas úteis da etapa")
        else:
            said = message(
                "o lembrete, {lembrete} h antes do fim, não cabe na duração da etapa '{etapa}', de {duracao} h",
                lembrete=step.reminder,
                etapa=step.name,
                duracao=step.duration,
            )
            cure = message("o lembrete vem depois de entrar na etapa: escreva menos horas que a duração")
        origin.report("lembrete-sem-lugar", "lembrete", said, cure, str(step.reminder))
    if step.when_due and step.duration is None:
        origin.report(
            "vencer-sem-duracao",
            "ao_vencer",
            message("a etapa '{etapa}' não tem duração: ao_vencer só vale para o prazo de um agendamento", etapa=step.name),
            message("escreva duracao = … com as horas úteis da etapa"),
        )


def active(registry: Registry, keys: Iterable[str]) -> list[str]:
    """Those of some people who exist and are active; by their logins, where they have one: who is an attendant of several coligadas
    is one person all the same."""
    found = [one for key in keys if (one := registry.records.get(("attendant", key))) is not None and one.active]
    return [name_key(one.user) or one.key for one in found]


def check_approval(registry: Registry, origin: Origin, kind: TicketType, step: Step) -> None:
    """Approvers exist and may act, and are enough for the rule; an approved ticket has a way on."""
    if step.approval is None:
        return
    may: dict[str, list[str]] = {}
    lost = False  # who is named and does not exist may be who is missing
    for text in step.approval.by:
        found = parse_destination(text, 0)
        if found is None:
            origin.report(
                "valor-invalido",
                "aprovacao",
                message("'{texto}' não é um atendente nem um grupo", texto=text),
                message('escreva \'coligada;código\', como "1;3", ou o código de um grupo, como "5"'),
                f'"{text}"',
            )
            lost = True
        elif found.attendant is not None:
            person(registry, origin, "aprovacao", found.attendant)
            lost |= ("attendant", found.attendant) not in registry.records
            may[text] = active(registry, [found.attendant])
        else:
            groups = [one for one in registry.of("group") if str(one.code) == text.strip()]
            if not groups:
                origin.report(
                    "grupo-desconhecido",
                    "aprovacao",
                    message("nenhuma coligada tem o grupo {codigo}", codigo=text),
                    None,
                    f'"{text}"',
                )
                lost = True
            may[text] = active(registry, [key for one in groups for key in one.members])
    able = most_filled(may)
    if able < needed(step.approval) and not lost:
        origin.report(
            "aprovadores-insuficientes",
            "aprovacao",
            plural(
                able,
                "a aprovação da etapa '{etapa}' exige {quantas}, e só {possiveis} pessoa de 'por' pode aprovar",
                "a aprovação da etapa '{etapa}' exige {quantas}, e só {possiveis} pessoas de 'por' podem aprovar",
                etapa=step.name,
                quantas=needed(step.approval),
                possiveis=able,
            ),
            message("ponha em 'por' atendentes ativos ou grupos com alguém ativo, ou mude a regra"),
        )
    if step.status_on_entry is not None and step.status_on_entry not in TRANSITIONS[APPROVE].sources:
        origin.report(
            "aprovadores-insuficientes",
            "status_ao_entrar",
            message(
                "a etapa '{etapa}' pede aprovação e começa em '{status}' ({letra}), em que ninguém aprova",
                etapa=step.name,
                status=STATUS_NAMES[step.status_on_entry],
                letra=step.status_on_entry,
            ),
            message("aprova-se nos status {lista}", lista=", ".join(sorted(TRANSITIONS[APPROVE].sources))),
        )
    if not any(edge.from_step == step.code for edge in kind.edges):
        origin.report(
            "sem-saida",
            "aprovacao",
            message(
                "a etapa '{etapa}' pede aprovação, mas o fluxo não sai dela: aprovado, o atendimento espera que alguém o conclua",
                etapa=step.name,
            ),
            message("acrescente um [[fluxo]] a partir desta etapa, se ele deve seguir por si"),
        )


def check_entries(origin: Origin, kind: TicketType) -> None:
    """Exactly one default entry: a second is refused, none is told (P)."""
    entries = [(number, step) for number, step in enumerate(kind.steps) if step.entry]
    for number, step in entries[1:]:
        Origin(origin.document, ("etapa", number)).report(
            "segunda-entrada",
            "entrada",
            message(
                "'{nome}' é uma segunda etapa de entrada; a primeira é '{primeira}'", nome=step.name, primeira=entries[0][1].name
            ),
            message("deixe entrada = true em uma só; as outras podem ter entrada_possivel = true"),
        )
    if not entries:
        origin.report(
            "sem-entrada",
            "nome",
            message("o tipo '{nome}' não tem etapa de entrada", nome=kind.name),
            message("marque uma etapa com entrada = true; sem ela, nenhum atendimento deste tipo pode ser aberto"),
        )


def check_handoff(
    registry: Registry, origin: Origin, kind: str | None, receiver: str | None, formula: str | None, codes: Mapping[str, str]
) -> None:
    """A handoff kind has what it needs, and that exists."""
    if kind == "formula" and formula is None:
        origin.report("sem-formula", "repasse", message("o repasse é por fórmula, mas falta a chave 'formula'"))
    if formula is not None:
        formula_of(origin, "formula", formula, codes)
    if kind in ("atendente", "grupo", "rodizio", "menorcarga") and receiver is None:
        origin.report("sem-destino", "repasse", message("o repasse é fixo ({tipo}), mas falta a chave 'destino'", tipo=kind))
    if receiver is not None and kind in ("atendente", "grupo", "rodizio", "menorcarga"):
        check_receiver(registry, origin, kind, receiver)


def check_receiver(registry: Registry, origin: Origin, kind: str, receiver: str) -> None:
    """A fixed receiver: ``1;9`` for an attendant; ``5`` or ``1;5`` for a group."""
    if kind == "atendente":
        found = parse_destination(receiver, 0)
        if found is None or found.attendant is None:
            origin.report(
                "valor-invalido",
                "destino",
                message("'{texto}' não é um atendente", texto=receiver),
                message("escreva 'coligada;código', como \"1;9\""),
                f'"{receiver}"',
            )
            return
        person(registry, origin, "destino", found.attendant)
        record = registry.records.get(("attendant", found.attendant))
        if record is not None and not record.active:
            origin.report(
                "destino-inativo",
                "destino",
                message("o atendente {nome} ({chave}) está inativo", nome=record.name, chave=record.key),
            )
        return
    found = parse_destination(receiver, 0)
    if found is None:
        origin.report(
            "valor-invalido",
            "destino",
            message("'{texto}' não é um grupo", texto=receiver),
            message('escreva o código do grupo, como "5", ou "coligada;código"'),
            f'"{receiver}"',
        )
        return
    if found.attendant is not None:
        group_of(registry, origin, "destino", found.attendant)
    elif not any(sort == "group" and key.endswith(f";{receiver.strip()}") for sort, key in registry.records):
        origin.report("grupo-desconhecido", "destino", message("nenhuma coligada tem o grupo {codigo}", codigo=receiver))


def formula_of(origin: Origin, key: str, code: str, codes: Mapping[str, str]) -> None:
    """Report a formula the site does not have."""
    if name_key(code) not in codes:
        near = get_close_matches(name_key(code), sorted(codes), 1)
        origin.report(
            "formula-desconhecida",
            key,
            message("a fórmula '{codigo}' não existe", codigo=code),
            message("você quis dizer '{perto}'? Senão, crie formulas/{codigo}.formula", perto=codes[near[0]], codigo=code)
            if near
            else message("crie formulas/{codigo}.formula ou corrija o nome", codigo=code),
            f'"{code}"',
        )


def check_required(origin: Origin, kind: TicketType, step: Step, fields: set[str]) -> None:
    """Each obligatory item is a field, a parameter of the type, or a known action."""
    for key, items in (("obrigatorios", step.required), ("obrigatorios_ao_sair", step.required_on_exit)):
        for item in items:
            known = (
                item.removeprefix("PARAMETRO.") in kind.parameters
                if item.startswith("PARAMETRO.")
                else item in ACTION_ITEMS or item in fields
            )
            if not known:
                origin.report(
                    "campo-obrigatorio-desconhecido",
                    key,
                    message("'{campo}' não é campo, parâmetro nem ação", campo=item),
                    message(
                        "use o nome de um campo, PARAMETRO.nome de um parâmetro do tipo, ou {acoes}", acoes=", ".join(ACTION_ITEMS)
                    ),
                )


def check_ticket(registry: Registry, origin: Origin, ticket: Ticket, known: Known) -> None:
    """Type, step and every name of a sample ticket."""
    kind = registry.records.get(("type", str(ticket.type)))
    if kind is None:
        origin.report("tipo-desconhecido", "tipo", message("o tipo de atendimento {codigo} não existe", codigo=ticket.type))
    elif ticket.step is not None and ticket.step not in {step.code for step in kind.steps}:
        origin.report(
            "etapa-desconhecida",
            "etapa",
            message("o tipo '{tipo}' não tem a etapa {codigo}", tipo=kind.name, codigo=ticket.step),
        )
    for one in unknown_names(ticket, known):
        origin.document.report(one.code, (*origin.path, *one.where), one.message, one.hint)
    if ticket.status and ticket.holder is None:
        origin.report(
            "chave-ausente",
            "codigo",
            message("o atendimento {chave} não está com ninguém", chave=ticket.key),
            message("escreva 'atendente', 'grupo' ou 'aberto_por'"),
        )


def check_rings(registry: Registry) -> None:
    """Chiefs, hierarchy, sections and substitutes that come back to where they began; one fault per ring."""
    attendants: Mapping[str, Attendant] = {record.key: record for record in registry.of("attendant")}
    nodes: Mapping[str, Node] = {record.key: record for record in registry.of("node")}
    sections: Mapping[str, Section] = {record.key: record for record in registry.of("section")}
    report_rings(registry, "attendant", "chefe", "chefia-em-anel", attendants, lambda key: attendants[key].chief)
    report_rings(registry, "node", "superior", "hierarquia-em-anel", nodes, lambda key: nodes[key].parent)
    report_rings(
        registry,
        "section",
        "pai",
        "secao-em-anel",
        sections,
        lambda key: f"{sections[key].coligada};{sections[key].parent}" if sections[key].parent else None,
    )

    def substitute(key: str) -> str | None:
        absence = attendants[key].absence
        return None if absence is None else absence.substitute

    report_rings(registry, "attendant", "ausente", "substituicao-em-anel", attendants, substitute)


def report_rings(
    registry: Registry, sort: str, key: str, code: str, records: Iterable[str], follow: Callable[[str], str | None]
) -> None:
    """Find each ring once and report it at its first record in the file."""
    known = dict.fromkeys(records)
    order = {name: number for number, name in enumerate(known)}
    finished: set[str] = set()
    for start in known:
        chain: dict[str, None] = {}
        current: str | None = start
        while current is not None and current in known and current not in finished and current not in chain:
            chain[current] = None
            current = follow(current)
        if current is not None and current in chain:
            walked = list(chain)
            ring = walked[walked.index(current) :]
            first = min(ring, key=order.__getitem__)
            turned = ring[ring.index(first) :] + ring[: ring.index(first)]
            registry.origins[(sort, first)].report(
                code,
                key,
                message("referência circular: {cadeia}", cadeia=" → ".join([*turned, first])),
                message("mude ou apague um destes elos"),
            )
        finished.update(chain)
