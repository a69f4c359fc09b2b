"""Fault codes that built-in functions raise in a run. Where an example needs data, the explanation says which."""

from __future__ import annotations

from formula.codes.row import ERROR, Code, row

FUNCTIONS: tuple[Code, ...] = (
    row(
        "argumento-invalido",
        ERROR,
        "S8",
        "Argumento inválido",
        "O argumento é do tipo certo, mas a função não tem resposta para este valor.",
        "SUBSTR('abc', 0, 2)",
    ),
    row(
        "data-nula",
        ERROR,
        "T2",
        "Data nula",
        "De DATANULA não se tira dia, mês nem ano, nem se marca nada para ela.",
        "ANODT(DATANULA)",
    ),
    row(
        "atribuicao-invalida",
        ERROR,
        "S8",
        "Alteração mal escrita",
        "ALTERARCAMPOATENDIMENTO recebe CAMPO=VALOR;PARAMETRO1.NOME=VALOR, cada nome uma vez, e só campos que se alteram assim.",
        "ALTERARCAMPOATENDIMENTO('PRIORIDADE Alta')",
    ),
    row(
        "sem-relogio",
        ERROR,
        "F2",
        "Contexto sem data e hora",
        "HOJE e AGORA respondem pelo contexto, para que a mesma execução dê sempre o mesmo resultado. "
        "Surge quando ele não diz a hora.",
    ),
    row(
        "sem-diretorio",
        ERROR,
        "F2",
        "Contexto sem diretório",
        "Funções de chefia, seção, hierarquia e grupo perguntam ao diretório de pessoas, e o contexto não tem um.",
        "RETPROXIMOCHEFESECAOLABORE(1)",
    ),
    row(
        "sem-requisicao",
        ERROR,
        "F2",
        "Atendimento sem requisição",
        "O atendimento não nasceu de uma requisição, e a fórmula pergunta por ela.",
        "GETIDDAREQUISICAO",
    ),
    row(
        "diretorio-desconhecido",
        ERROR,
        "F2",
        "Não está no diretório",
        "A pessoa, a seção, o nó ou o grupo não existe no diretório do contexto.",
    ),
    row(
        "diretorio-topo",
        ERROR,
        "F2",
        "Acima da raiz",
        "Pediu-se uma pessoa mais acima do que a árvore vai. Quem pede um lugar acima da raiz recebe um texto vazio.",
    ),
    row("diretorio-vago", ERROR, "F2", "Ninguém ativo", "O grupo existe, mas nenhum dos seus atendentes está ativo."),
    row(
        "diretorio-anel",
        ERROR,
        "F2",
        "Referência circular na hierarquia",
        "Subindo de superior em superior se volta ao mesmo lugar.",
    ),
    row(
        "sentenca-sem-linhas",
        ERROR,
        "F4",
        "Sentença sem linhas no contexto",
        "A execução não tem banco de dados, e o contexto não traz linhas para esta sentença.",
        "EXECSQL('DEPENDENTES')",
    ),
    row(
        "sql-sem-execsql",
        ERROR,
        "F4",
        "Leitura antes de EXECSQL",
        "RESULTSQL e PROXREGSQL leem as linhas que EXECSQL guardou nesta mesma execução.",
        "RESULTSQL('DEPENDENTES', 'NOME')",
    ),
    row(
        "sql-campo-desconhecido",
        ERROR,
        "F4",
        "Campo fora da sentença",
        "A sentença não seleciona um campo com esse nome.",
    ),
    row(
        "sql-recusada",
        ERROR,
        "F4",
        "Sentença recusada",
        "Só se executa uma única consulta SELECT, sem escrita e sem funções que alcançam o servidor.",
    ),
    row(
        "sql-falhou",
        ERROR,
        "F4",
        "A sentença falhou no banco",
        "O banco recusou ou interrompeu a consulta; a mensagem é dele.",
    ),
    row(
        "limite-sql",
        ERROR,
        "S8",
        "Limite de linhas de SQL",
        "As sentenças da execução trouxeram mais linhas ou células do que o limite permite.",
    ),
)
