"""The ticket's own fields as formulas see them."""

from __future__ import annotations

from collections.abc import Mapping

from formula.types import DATE, INTEGER, TEXT

STANDARD_FIELDS: Mapping[str, int] = {
    "CODIGO": INTEGER,
    "LOCALIDADE": INTEGER,
    "TIPO": INTEGER,
    "ETAPA": INTEGER,
    "STATUS": TEXT,
    "PRIORIDADE": TEXT,
    "CATEGORIA": TEXT,
    "PRODUTO": TEXT,
    "DETALHEPRODUTO": TEXT,
    "TIPOCLIENTE": TEXT,
    "CLIENTE": TEXT,
    "CONTATOCLIENTE": TEXT,
    "REPRESENTANTE": TEXT,
    "CONTATOREPRESENTANTE": TEXT,
    "TIPOCONTATO": TEXT,
    "ORIGEMCONTATO": TEXT,
    "CLASSIFICACAO": TEXT,
    "ASSUNTO": TEXT,
    "SOLICITACAO": TEXT,
    "SOLUCAO": TEXT,
    "ABERTO_POR": TEXT,
    "ATENDENTE": TEXT,
    "GRUPO": TEXT,
    "RESPONSAVELCONTATO": TEXT,
    "ABERTURA": DATE,
    "FECHAMENTO": DATE,
    "PRIMEIROCONTATO": DATE,
    "AGENDAMENTOS": INTEGER,
    "NIVELACESSO": INTEGER,
    "CAIXAPOSTAL": INTEGER,
    "MOVIMENTO": TEXT,
}
"""The ticket's own fields as formulas see them (taa.md, Entities); people and groups are texts like ``'1;3'``."""

FIELD_DOMAINS: Mapping[str, tuple[str, ...]] = {
    "PRIORIDADE": ("Baixa", "Normal", "Alta", "Urgente"),
    "STATUS": ("A", "G", "E", "R", "O", "F", "T", "C"),
}
"""Fields whose values are a closed list (S:11-14, taa.md Status): comparing with another text can never be true."""

STATUS_NAMES: Mapping[str, str] = {
    "em andamento": "A",
    "agendado a responder": "G",
    "agendado respondido": "E",
    "concluído a responder": "R",
    "concluído respondido": "O",
    "concluído confirmado": "F",
    "aguardando terceiros": "T",
    "cancelado": "C",
}
"""What the letters of STATUS are called (S:59-65)."""
