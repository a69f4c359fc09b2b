"""ENVIAEMAILREPASSE: another handoff mail, which moves nobody (S:81-87)."""

from formula.builtins.table import TAA, function
from formula.builtins.tickets import destination
from formula.context import Run
from formula.diagnostics import Fault
from formula.effects import HandoffMail
from formula.messages import message
from formula.types import Destination, Nothing, Text


@function(
    cost=5,
    origin="seed",
    contexts=[TAA],
    effect=True,
    examples=[
        (
            "ENVIAEMAILREPASSE('compras@exemplo.com.br', 'ana@exemplo.com.br', 'rui@exemplo.com.br', '1;3')"
            ' -> {"type": "handoff_mail", "from": "compras@exemplo.com.br", "to": "ana@exemplo.com.br",'
            ' "cc": "rui@exemplo.com.br", "destination": "1;3"}'
        )
    ],
)
def enviaemailrepasse(run: Run, fromAddress: Text, to: Text, cc: Text, repasse: Destination) -> Nothing:  # noqa: N803
    """Envia mais um e-mail de repasse, como se viesse do remetente dado e falasse de um repasse àquele destino.

    Ninguém recebe o atendimento por causa dele. Só vale em tipo de atendimento cujo repasse é por fórmula.
    """
    run.effects.append(
        HandoffMail(
            address(fromAddress, "fromAddress", needed=True),
            address(to, "to", needed=True),
            address(cc, "cc", needed=False),
            destination(run, repasse),
        )
    )


def address(text: str, part: str, *, needed: bool) -> str:
    """An address or a list of them, on one line; whether a server takes it is for the mail's own checks."""
    stripped = text.strip()
    if needed and not stripped:
        raise Fault(
            "argumento-invalido",
            message("ENVIAEMAILREPASSE precisa de um endereço em {parte}", parte=part),
            message("os argumentos são remetente, destinatário, cópia e repasse"),
        )
    if not stripped.isprintable():
        raise Fault(
            "argumento-invalido",
            message("o endereço em {parte} tem quebra de linha ou caractere de controle", parte=part),
        )
    return stripped
