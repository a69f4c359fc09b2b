"""The gates of a move, one row each, in their order (taa.md). Coverage, the page and the tests read them here."""

from __future__ import annotations

import attrs

from formula.messages import Message
from routing.messages import message


@attrs.frozen
class Gate:
    """A gate: its id, what it is called, when it refuses. One that only ``warns`` lets the move go on."""

    id: str
    name: Message
    refuses: Message
    warns: bool = False


GATES: tuple[Gate, ...] = (
    Gate(
        "G1",
        message("existe"),
        message("o atendimento, o tipo ou a ação não existe; está encerrado; a ação não parte deste status"),
    ),
    Gate(
        "G2",
        message("versão"),
        message("alguém o mudou desde a versão que o pedido viu: diz quem e quando"),
    ),
    Gate(
        "G3",
        message("caixa postal"),
        message("há mensagens por ouvir, e a ação é repasse, devolução, agendamento, conclusão ou avanço"),
    ),
    Gate(
        "G4",
        message("quem age"),
        message(
            "não está com ele, nem é chefe (em qualquer grau) de quem está, nem substitui um ausente, nem tem o direito `atuar`; "
            "ou não pode mudar um campo"
        ),
    ),
    Gate(
        "G5",
        message("direito"),
        message("não pode repassar àquele destino"),
    ),
    Gate(
        "G6",
        message("justificativa"),
        message("falta justificativa, motivo ou data: todas as faltas de uma vez; ou o pedido diz o que a ação não faz"),
    ),
    Gate(
        "G7",
        message("fluxo"),
        message("o fluxo não vai até a etapa; há várias e nada escolhe; não há etapa de entrada"),
    ),
    Gate(
        "G8",
        message("obrigatórios"),
        message("faltam campos obrigatórios: a lista inteira de uma vez"),
    ),
    Gate(
        "G9",
        message("fórmula"),
        message("falhou, parou em ANALISAR, ou não existe"),
    ),
    Gate(
        "G10",
        message("destino"),
        message("o valor não é um destino: mostra o valor e as duas formas"),
    ),
    Gate(
        "G11",
        message("quem recebe"),
        message("não existe, está inativo, ausente sem substituto, numa referência circular de substitutos, ou o grupo está vazio"),
    ),
    Gate(
        "G12",
        message("nível"),
        message("só avisa: o nível de quem recebe é menor; enquanto o tiver, vê o atendimento"),
        warns=True,
    ),
    Gate(
        "G13",
        message("repetição"),
        message("etapas numa referência circular, ações demais num movimento, movimentos ou e-mails demais em uma hora"),
    ),
)

BY_ID = {gate.id: gate for gate in GATES}
REFUSING = tuple(gate.id for gate in GATES if not gate.warns)
"""Those that can end a move."""
