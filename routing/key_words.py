"""What is said of a key that a table of a workspace's files does not know: the one that is probably meant, or all that there are.

One place for every file and table. People write the word of their trade (``solicitante``, ``fila``), of another system
(``requester``, ``queue``) or a slip of ours; a word of the trade is looked up before letters are compared, for what looks like
it is often something else: ``solicitante`` is who opened a ticket, not its ``solicitacao``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from formula.messages import Message
from routing.messages import message

ALIKE = 0.6
"""How alike a key and what was written must be, as difflib measures it."""

SAID_FOR: Mapping[str, str] = {
    "aberto_em": "abertura criado_em criacao data data_abertura data_de_abertura data_criacao created created_at opened_at",
    "aberto_por": "solicitante requerente requisitante criado_por criador autor abridor opener requester author created_by",
    "acao": "action evento",
    "ao_vencer": "vencimento ao_expirar on_expire",
    "assunto": "titulo resumo subject title",
    "atendente": "recebedor receptor responsavel dono destinatario encarregado holder assignee owner recipient",
    "ate": "fim termino ate_quando end until to",
    "ativo": "active habilitado",
    "ausente": "ausencia ferias afastado afastamento absent absence vacation",
    "chefe": "gestor gerente supervisor lider superior manager boss chief",
    "cliente": "client customer",
    "codigo": "id cod numero number code chave",
    "coligada": "empresa filial company",
    "de": "inicio desde origem etapa_origem from start",
    "destino": "para quem recebedor receptor atendente grupo target recipient destination",
    "direitos": "permissoes perfil papeis rights roles permissions",
    "distribuicao": "distribuir modo distribution",
    "duracao": "sla horas tempo prazo duration hours",
    "email": "mail correio endereco e_mail",
    "email_abertura": "email_de_abertura modelo_abertura opening_mail",
    "espera": "esperado resultado expected expect",
    "etapa": "passo estagio fase estado step stage",
    "formula": "regra formula_repasse rule",
    "grupo": "fila equipe time setor recebedor receptor queue team group",
    "hierarquia": "organograma hierarchy",
    "lembrete": "aviso lembrar reminder",
    "linhas": "rows registros",
    "membros": "atendentes integrantes pessoas participantes members people",
    "nome": "name descricao titulo rotulo label",
    "obrigatorios": "campos_obrigatorios obrigatorio requeridos required",
    "ocupantes": "titulares titular ocupante atendentes atendente occupants",
    "para": "destino etapa_destino to target",
    "parametros": "parametro params parameters",
    "pai": "superior mae acima parent",
    "pessoas": "atendentes people",
    "prioridade": "urgencia priority",
    "repasse": "tipo_repasse tipo_de_repasse tipo modo handoff",
    "servidor": "host server",
    "porta": "port",
    "senha": "password pass",
    "remetente": "from sender de",
    "secao": "setor departamento section department",
    "situacao": "status estado",
    "solicitacao": "descricao pedido texto detalhe description request",
    "status": "situacao estado state",
    "substituto": "suplente substituta substitute delegate",
    "superior": "pai chefe acima parent",
    "tipo": "type kind tipo_atendimento",
    "usuario": "login user usuario_rm username",
}  # fmt: skip
"""For each key the words that people write for it. A word may stand for several keys: those that the table has are named."""


def plain_key(key: str) -> str:
    """A key as those of the files are written: small letters without accents, words joined by a line."""
    split = unicodedata.normalize("NFD", key.strip().lower())
    return re.sub(r"[ -]+", "_", "".join(char for char in split if not unicodedata.combining(char)))


def meant(written: str, known: Sequence[str], alike: float = ALIKE) -> list[str]:
    """The keys, at most two, that are probably meant; none when nothing known comes near."""
    plain = plain_key(written)
    if plain in known:
        return [plain]
    said = [key for key in known if plain in SAID_FOR.get(key, "").split()]
    return said[:2] or get_close_matches(plain, known, 1, alike)


def key_hint(written: str, known: Sequence[str], alike: float = ALIKE) -> Message:
    """The hint for a key that does not exist: what is probably meant, else all keys of the table."""
    near = meant(written, known, alike)
    if len(near) > 1:
        return message("você quis dizer '{um}' ou '{outro}'?", um=near[0], outro=near[1])
    if near:
        return message("você quis dizer '{chave}'?", chave=near[0])
    return every_key(known)


def every_key(known: Sequence[str]) -> Message:
    """The keys that there are."""
    return message("as chaves são: {chaves}", chaves=", ".join(known))
