"""Functions that read or ask to change the ticket at hand (taa.md). Changes are effect records: nothing acts here."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NoReturn

from formula.builtins.lookup import find, missing, near, suggestion, toml_key
from formula.builtins.table import TAA, function
from formula.context import Run
from formula.destinations import parse_destination
from formula.diagnostics import Fault
from formula.effects import (
    AddDiscussion,
    AddDiscussionTo,
    AddRequest,
    AddSolution,
    Advance,
    ChangeFields,
    ChangeStatus,
    HandOff,
    Return,
    Schedule,
)
from formula.field_changes import parse_assignments
from formula.fields import STANDARD_FIELDS
from formula.host import MISSING
from formula.messages import message
from formula.names import name_key
from formula.types import (
    Assignments,
    ByLetter,
    Date,
    Destination,
    FieldName,
    Integer,
    Letter,
    Nothing,
    ParameterName,
    StepName,
    Text,
)
from formula.values import NULL_DATE, Value, admit, release, shorten, to_date, to_integer, to_number, to_text

LETTERS = {"V": to_number, "I": to_integer, "S": to_text, "D": to_date}


@function(origin="published", pure=False, examples=["COLIGADA -> 1"])
def coligada(run: Run) -> Integer:
    """A coligada do contexto."""
    return run.context.coligada


@function(origin="vendor", contexts=[TAA], pure=False, examples=["USUARIOCORRENTE -> ana"])
def usuariocorrente(run: Run) -> Text:
    """O usuário que está executando a fórmula."""
    return run.context.user


@function(
    origin="extension",
    contexts=[TAA],
    pure=False,
    examples=["CAMPOATENDIMENTO('PRIORIDADE') -> Urgente", "CAMPOATENDIMENTO('codigo', 'S') -> 42"],
)
def campoatendimento(run: Run, campo: FieldName, letra: Letter = "") -> ByLetter:
    """O valor de um campo do atendimento. A letra fixa o tipo da resposta: V valor, I inteiro, S texto, D data."""
    fields = run.context.fields
    value = find(fields, campo)
    if value is MISSING:
        raise absent_field(run, campo)
    value = admit(value, campo)
    made = by_letter(value, letra)
    if letra and is_nothing(value) and not isinstance(made, str):
        run.note(message("o campo {nome} está vazio", nome=name_key(campo)), slight=True)
    return made


@function(
    origin="extension",
    contexts=[TAA],
    pure=False,
    examples=["PARAMETROATENDIMENTO('VALOR', 'V') -> 1500", "PARAMETROATENDIMENTO('CENTRO') -> 01.02"],
)
def parametroatendimento(run: Run, nome: ParameterName, letra: Letter = "") -> ByLetter:
    """O valor de um parâmetro do atendimento. A letra fixa o tipo da resposta: V valor, I inteiro, S texto, D data."""
    parameters = run.context.parameters
    value = find(parameters, nome)
    if value is not MISSING:
        value = admit(value, nome)
        made = by_letter(value, letra)
        if letra and is_nothing(value) and not isinstance(made, str):
            run.note(message("o parâmetro {nome} está vazio", nome=name_key(nome)), slight=True)
        return made
    spelling = near(nome, parameters)
    if spelling is not None:
        raise Fault(
            "parametro-desconhecido",
            message("o atendimento não tem o parâmetro '{nome}'", nome=nome),
            message("você quis dizer {nome}?", nome=spelling),
        )
    raise missing(
        "parametro-sem-valor",
        message("falta no contexto: o valor do parâmetro '{nome}'", nome=nome),
        "parametros",
        f'{toml_key(nome)} = "…"',
    )


@function(
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=['ADICIONARDISCUSSAO(\'Cotação recebida\') -> {"type": "add_discussion", "text": "Cotação recebida"}'],
)
def adicionardiscussao(run: Run, texto: Text) -> Nothing:
    """Acrescenta um texto à discussão do atendimento."""
    run.effects.append(AddDiscussion(texto))


@function(
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=['ADICIONARSOLICITACAO(\'Incluir frete\') -> {"type": "add_request", "text": "Incluir frete"}'],
)
def adicionarsolicitacao(run: Run, texto: Text) -> Nothing:
    """Acrescenta um texto à solicitação do atendimento."""
    run.effects.append(AddRequest(texto))


@function(
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=['ADICIONARSOLUCAO(\'Compra liberada\') -> {"type": "add_solution", "text": "Compra liberada"}'],
)
def adicionarsolucao(run: Run, texto: Text) -> Nothing:
    """Acrescenta um texto à solução do atendimento."""
    run.effects.append(AddSolution(texto))


@function(
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=[
        (
            "ADICIONARDISCUSSAOATENDIMENTO(1, 1, 7, 'Ver o 42')"
            ' -> {"type": "add_discussion_to", "ticket": "1;1;7", "text": "Ver o 42"}'
        )
    ],
)
def adicionardiscussaoatendimento(run: Run, coligada: Integer, localidade: Integer, codigo: Integer, texto: Text) -> Nothing:
    """Acrescenta um texto à discussão de outro atendimento, dado por coligada, localidade e código."""
    for part, number in (("coligada", coligada), ("localidade", localidade), ("codigo", codigo)):
        if number < 0:
            raise Fault("argumento-invalido", message("{parte} não pode ser negativo ({numero})", parte=part, numero=number))
    run.effects.append(AddDiscussionTo(f"{coligada};{localidade};{codigo}", texto))


@function(
    cost=10,
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=[
        (
            "ALTERARCAMPOATENDIMENTO('PRIORIDADE=Alta;PARAMETRO1.VALOR=1500.00')"
            ' -> {"type": "change_fields", "fields": {"PRIORIDADE": "Alta"}, "parameters": {"VALOR": "1500.00"}}'
        )
    ],
)
def alterarcampoatendimento(run: Run, alteracoes: Assignments) -> Nothing:
    """Altera campos e parâmetros do atendimento, escritos como CAMPO=VALOR;PARAMETRO1.NOME=VALOR."""
    fields, parameters = parse_assignments(alteracoes)
    run.effects.append(
        ChangeFields(
            {settable_field(run, name): value for name, value in fields.items()},
            {settable_parameter(run, name): value for name, value in parameters.items()},
        )
    )


@function(
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=[
        (
            "AGENDARARESPONDER('25/11/2026', '30/11/2026 18:00', -1, 'aguarda cotação')"
            ' -> {"type": "schedule", "wake_up": "2026-11-25", "deadline": "2026-11-30T18:00:00",'
            ' "reason": null, "justification": "aguarda cotação"}'
        )
    ],
)
def agendararesponder(run: Run, despertamento: Date, prazo: Date, motivo: Integer, justificativa: Text) -> Nothing:
    """Agenda o atendimento a responder. Motivo -1 quer dizer sem motivo."""
    for part, when in ((message("despertamento"), despertamento), (message("prazo"), prazo)):
        if when == NULL_DATE:
            raise Fault("data-nula", message("o agendamento precisa da data de {parte}", parte=part))
    if prazo < despertamento:
        raise Fault(
            "argumento-invalido",
            message("o prazo do agendamento vem antes do despertamento"),
            message("primeiro o despertamento, depois o prazo"),
        )
    run.effects.append(Schedule(day(despertamento), day(prazo), reason(motivo), justificativa))


@function(
    origin="vendor",
    contexts=[TAA],
    effect=True,
    examples=['AGENDADORESPONDIDO -> {"type": "status", "status": "E"}'],
)
def agendadorespondido(run: Run) -> Nothing:
    """Põe o atendimento em Agendado respondido."""
    run.effects.append(ChangeStatus("E"))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['CONCLUIRARESPONDER -> {"type": "status", "status": "R"}'],
)
def concluiraresponder(run: Run) -> Nothing:
    """Põe o atendimento em Concluído a responder."""
    run.effects.append(ChangeStatus("R"))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['CONCLUIDORESPONDIDO -> {"type": "status", "status": "O"}'],
)
def concluidorespondido(run: Run) -> Nothing:
    """Põe o atendimento em Concluído respondido."""
    run.effects.append(ChangeStatus("O"))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['CONCLUIDOCONFIRMADO -> {"type": "status", "status": "F"}'],
)
def concluidoconfirmado(run: Run) -> Nothing:
    """Põe o atendimento em Concluído confirmado."""
    run.effects.append(ChangeStatus("F"))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['EMANDAMENTO -> {"type": "status", "status": "A"}'],
)
def emandamento(run: Run) -> Nothing:
    """Põe o atendimento em Em andamento."""
    run.effects.append(ChangeStatus("A"))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['AGUARDARTERCEIROS -> {"type": "status", "status": "T"}'],
)
def aguardarterceiros(run: Run) -> Nothing:
    """Põe o atendimento em Aguardando terceiros."""
    run.effects.append(ChangeStatus("T"))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=[
        (
            "CANCELARATENDIMENTO(3, 'pedido em dobro')"
            ' -> {"type": "status", "status": "C", "reason": 3, "justification": "pedido em dobro"}'
        )
    ],
)
def cancelaratendimento(run: Run, motivo: Integer, justificativa: Text) -> Nothing:
    """Cancela o atendimento, com motivo e justificativa."""
    run.effects.append(ChangeStatus("C", reason(motivo), justificativa))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['AVANCARETAPA(2) -> {"type": "advance", "step": 2}'],
)
def avancaretapa(run: Run, etapa: StepName) -> Nothing:
    """Pede o avanço do atendimento para uma etapa, dada pelo código ou pelo nome."""
    run.effects.append(Advance(step(etapa)))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=[
        (
            "REPASSARATENDIMENTO('1;3', -1, 'férias')"
            ' -> {"type": "hand_off", "destination": "1;3", "reason": null, "justification": "férias"}'
        )
    ],
)
def repassaratendimento(run: Run, destino: Destination, motivo: Integer = -1, justificativa: Text = "") -> Nothing:
    """Pede o repasse do atendimento para um atendente ('1;3') ou um grupo ('5')."""
    run.effects.append(HandOff(destination(run, destino), reason(motivo), justificativa))


@function(
    origin="extension",
    contexts=[TAA],
    effect=True,
    examples=['REPASSARDEVOLTA(\'faltou anexo\') -> {"type": "return", "justification": "faltou anexo"}'],
)
def repassardevolta(run: Run, justificativa: Text) -> Nothing:
    """Pede que o atendimento volte para quem o tinha antes."""
    run.effects.append(Return(justificativa))


def is_nothing(value: Value) -> bool:
    """Whether a datum is empty: as a number or a date its neutral value does not show that."""
    return value is None or (isinstance(value, str) and not value.strip())


def by_letter(value: Value, letter: str) -> Value:
    """T11: a value as the kind a letter names; without a letter as it is."""
    if not letter:
        return value
    convert = LETTERS.get(letter.strip().upper())
    if convert is None:
        raise Fault(
            "letra-desconhecida",
            message("não existe o tipo '{letra}'", letra=shorten(letter)),
            message("use 'V' valor, 'I' inteiro, 'S' texto ou 'D' data"),
        )
    return convert(value)


def absent_field(run: Run, name: str) -> Fault:
    """The fault of a field without a value: unknown, or known but not in this context."""
    key = name_key(name)
    if key not in STANDARD_FIELDS:
        spelling = suggestion(name, [*run.context.fields, *STANDARD_FIELDS])
        if spelling is not None:
            return Fault("campo-desconhecido", message("o atendimento não tem o campo '{nome}'", nome=name), spelling)
    return missing(
        "campo-sem-valor",
        message("falta no contexto: o valor do campo '{nome}'", nome=name),
        "campos",
        f'{toml_key(key)} = "…"',
    )


def settable_field(run: Run, name: str) -> str:
    """A field that may be set, as the context spells it."""
    known = [*run.context.fields, *STANDARD_FIELDS]
    return spelled(name, known) or refuse(
        "campo-desconhecido", message("o atendimento não tem o campo '{nome}'", nome=name), suggestion(name, known)
    )


def settable_parameter(run: Run, name: str) -> str:
    """A parameter that may be set, as the context spells it; any passes when the context knows none."""
    known = run.context.parameters
    if not known:
        return name
    return spelled(name, known) or refuse(
        "parametro-desconhecido",
        message("o atendimento não tem o parâmetro '{nome}'", nome=name),
        suggestion(name, known),
    )


def spelled(name: str, known: Iterable[str]) -> str | None:
    """The known spelling of a name in any letter case."""
    key = name_key(name)
    return next((spelling for spelling in known if name_key(spelling) == key), None)


def refuse(code: str, text: str, hint: str | None) -> NoReturn:
    """Raise a fault where an expression is wanted."""
    raise Fault(code, text, hint)


def destination(run: Run, text: str) -> str:
    """A destination text as it is, or a fault that shows it and the two forms (S:86)."""
    if parse_destination(text, run.context.coligada) is None:
        raise Fault(
            "destino-mal-formado",
            message("'{texto}' não é um destino", texto=shorten(text)),
            message("escreva '1;3' para o atendente 3 da coligada 1, ou '5' para o grupo 5"),
        )
    return text.strip()


def step(value: Value) -> int | str:
    """A step's code or name; a text of digits is a code."""
    if isinstance(value, str) and value.strip() and not value.strip().isdigit():
        return value.strip()
    if value is None or value == "" or isinstance(value, bool | datetime):
        raise Fault(
            "argumento-invalido",
            message("AVANCARETAPA precisa do código ou do nome da etapa"),
            message("por exemplo AVANCARETAPA(2)"),
        )
    return to_integer(value)


def reason(number: int) -> int | None:
    """A reason's code; -1 is none (taa.md)."""
    if number < -1:
        raise Fault(
            "argumento-invalido",
            message("não existe o motivo {numero}", numero=number),
            message("use -1 quando não há motivo"),
        )
    return None if number == -1 else number


def day(when: datetime) -> date | datetime:
    """A date as effects hold it: without a time when it has none."""
    made = release(when)
    assert isinstance(made, date), "a datetime leaves as a date or a datetime"
    return made
