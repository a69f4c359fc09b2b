"""What people call things in SQL, spreadsheets, Delphi and in the columns of RM's tables, and what it is called here."""

from __future__ import annotations

from collections.abc import Mapping

from formula.messages import Message, message

SAME: Mapping[str, str] = {
    **dict.fromkeys(("UPPER", "UCASE", "UPPERCASE", "TOUPPER", "MAIUSCULAS", "MAIUSCULO", "ANSIUPPERCASE"), "MAIUSCULA"),
    **dict.fromkeys(("LOWER", "LCASE", "LOWERCASE", "TOLOWER", "MINUSCULAS", "MINUSCULO", "ANSILOWERCASE"), "MINUSCULA"),
    **dict.fromkeys(("LEN", "LENGTH", "STRLEN", "COMPRIMENTO", "NUM_CARACT", "NUMCARACT", "TAM", "DATALENGTH"), "TAMANHO"),
    **dict.fromkeys(("LTRIM", "RTRIM", "ARRUMAR", "ALLTRIM"), "TRIM"),
    **dict.fromkeys(("SUBSTRING", "MID", "COPY", "EXT_TEXTO", "MEIO"), "SUBSTR"),
    **dict.fromkeys(("CONCATENAR", "CONCATENATE", "CONCATENA", "JUNTAR", "TEXTJOIN"), "CONCAT"),
    **dict.fromkeys(("REPLACE", "SUBSTITUIR", "SUBSTITUTE", "STRINGREPLACE"), "SUBSTITUI"),
    **dict.fromkeys(("CHARINDEX", "POS", "LOCALIZAR", "PROCURAR", "FIND"), "POSICAO"),
    **dict.fromkeys(("LPAD", "REPLICATE", "PADLEFT"), "PREENCHE"),
    **dict.fromkeys(("NOW", "GETDATE", "SYSDATE", "AGORAS", "DATAHORA", "CURRENT_TIMESTAMP", "GETUTCDATE"), "AGORA"),
    **dict.fromkeys(("TODAY", "CURDATE", "CURRENT_DATE", "DATAATUAL", "DATAHOJE", "TRUNCDATE"), "HOJE"),
    **dict.fromkeys(("YEAR", "YEAROF"), "ANODT"),
    **dict.fromkeys(("MONTH", "MONTHOF"), "MESDT"),
    **dict.fromkeys(("DAY", "DAYOF", "DIA"), "DIADT"),
    **dict.fromkeys(("HOUR", "HORA", "HOUROF"), "HORADT"),
    **dict.fromkeys(("DATEDIFF", "DATADIF", "DAYSBETWEEN"), "DIFDIAS"),
    **dict.fromkeys(
        (
            "NETWORKDAYS",
            "DIATRABALHOTOTAL",
            "NETWORKDAYS_INTL",
            "DIATRABALHOTOTAL_INTL",
            "DIASTRABALHO",
            "QTDDIASUTEIS",
            "DIFDIASUTEIS",
        ),
        "DIASUTEIS",
    ),
    **dict.fromkeys(
        ("WORKDAY", "DIATRABALHO", "DIATRABALHO_INTL", "WORKDAY_INTL", "ADDWORKDAYS", "INCDIAUTIL", "PROXIMODIAUTIL"),
        "SOMADIASUTEIS",
    ),
    **dict.fromkeys(("WORKINGHOURS", "BUSINESSHOURS", "HORASTRABALHO"), "HORASUTEIS"),
    **dict.fromkeys(("ADD_MONTHS", "INCMONTH", "DATAM", "EDATE"), "SOMAMESES"),
    **dict.fromkeys(("LAST_DAY", "EOMONTH", "FIMMES"), "ULTDIAMES"),
    **dict.fromkeys(("WEEKDAY", "DAYOFWEEK", "DIA_SEMANA", "DIA_DA_SEMANA"), "DIASEMANA"),
    **dict.fromkeys(("ROUND", "ROUNDTO", "ARREDONDAR", "ARRED2"), "ARREDONDA"),
    **dict.fromkeys(("TRUNCATE", "TRUNCAR", "ARREDONDAR_PARA_BAIXO", "ROUNDDOWN"), "TRUNC"),
    **dict.fromkeys(("FLOOR", "INTEIRO"), "INT"),
    **dict.fromkeys(("MOD", "FMOD"), "RESTO"),
    **dict.fromkeys(("MAXIMO", "MAIOR", "GREATEST", "MAXVALUE"), "MAX"),
    **dict.fromkeys(("MINIMO", "MENOR", "LEAST", "MINVALUE"), "MIN"),
    **dict.fromkeys(("ABSOLUTO", "MODULO"), "ABS"),
    **dict.fromkeys(("SPLIT", "SPLIT_PART", "DIVIDIR"), "PARTE"),
    **dict.fromkeys(("ENCODEDATE", "DATEFROMPARTS", "DATESERIAL", "MONTARDATA"), "MTDATA"),
    **dict.fromkeys(("ORD", "CODIGOASCII"), "ASCII"),
    **dict.fromkeys(("USER", "USERNAME", "CURRENT_USER", "SUSER_NAME", "USUARIO", "USUARIOLOGADO"), "USUARIOCORRENTE"),
    **dict.fromkeys(("COLIGADACORRENTE", "COLIGADAATUAL"), "COLIGADA"),
    **dict.fromkeys(("EXECUTASQL", "EXECUTARSQL", "RODASQL"), "EXECSQL"),
    **dict.fromkeys(("RESULTADOSQL", "CAMPOSQL"), "RESULTSQL"),
}
"""Names of other systems → the function that does the same here."""

ARGUMENTS_DIFFER = frozenset(
    [
        "CHARINDEX",
        "POS",
        "LOCALIZAR",
        "PROCURAR",
        "FIND",
        "LPAD",
        "REPLICATE",
        "PADLEFT",
        "DATEDIFF",
        "WEEKDAY",
        "DAYOFWEEK",
        "DIA_SEMANA",
        "DIA_DA_SEMANA",
        "DIATRABALHO_INTL",
        "WORKDAY_INTL",
        "NETWORKDAYS_INTL",
        "DIATRABALHOTOTAL_INTL",
        "ENCODEDATE",
        "DATEFROMPARTS",
        "DATESERIAL",
        "TODAY2",
        "NETWORKDAYS",
        "DIATRABALHOTOTAL",
        "PROXIMODIAUTIL",
        "TEXTJOIN",
        "ROUNDTO",
        "TRUNCDATE",
        "LTRIM",
        "RTRIM",
    ]
)
"""Those whose arguments stand in another order, or mean something else: the name alone would not mend a call."""

OTHERWISE: Mapping[str, Message] = {
    **dict.fromkeys(
        ("ISNULL", "COALESCE", "NVL", "IFNULL", "NVL2"),
        message("vazio vale '' ou 0; para outro valor escreva SE A = '' ENTAO 'outro' SENAO A FIMSE"),
    ),
    **dict.fromkeys(("SEERRO", "IFERROR"), message("uma falha não se apanha: teste antes, com SE, o que a causaria")),
    **dict.fromkeys(
        ("APROVARATENDIMENTO", "REPROVARATENDIMENTO", "REJEITARATENDIMENTO"),
        message("quem aprova ou rejeita é uma pessoa; uma fórmula só avança, com AVANCARETAPA"),
    ),
    **dict.fromkeys(
        ("REABRIRATENDIMENTO", "RETOMARATENDIMENTO"),
        message("quem reabre um atendimento é uma pessoa, com a ação 'retomar'; o status muda com EMANDAMENTO"),
    ),
    **dict.fromkeys(
        ("ISEMPTY", "ISBLANK", "EMPTY", "VAZIA", "VAZIO", "ISNULLOREMPTY"),
        message("vazio se compara: A = '' (texto), A = 0 (número)"),
    ),
    **dict.fromkeys(
        ("CONTAINS", "CONTEM", "INSTR"), message("para procurar um texto dentro de outro use POSICAO(procurado, texto) > 0")
    ),
    **dict.fromkeys(("STARTSWITH", "COMECACOM"), message("o começo de um texto é SUBSTR(texto, 1, quantos)")),
    **dict.fromkeys(("LEFT", "ESQUERDA"), message("o começo de um texto é SUBSTR(texto, 1, quantos)")),
    **dict.fromkeys(("RIGHT", "DIREITA"), message("o fim de um texto é SUBSTR(texto, TAMANHO(texto) - quantos + 1, quantos)")),
    **dict.fromkeys(
        (
            "CAST",
            "CONVERT",
            "STR",
            "TO_CHAR",
            "INTTOSTR",
            "FLOATTOSTR",
            "TOSTRING",
            "TEXTO",
            "CSTR",
            "STRING",
            "CURRTOSTR",
            "DATETOSTR",
        ),
        message("números viram texto onde é preciso um texto; FORMATAVALOR e FORMATANUMERO escrevem como em relatório"),
    ),
    **dict.fromkeys(
        (
            "STRTOINT",
            "STRTOFLOAT",
            "TO_NUMBER",
            "VAL",
            "VALOR",
            "TRYPARSE",
            "PARSEINT",
            "CDBL",
            "CCUR",
            "CDEC",
            "CSNG",
            "NUMBER",
            "FLOAT",
            "PARSEFLOAT",
            "STRTOCURR",
            "TODOUBLE",
            "TODECIMAL",
        ),
        message("um texto como '12.5' vale como número onde é preciso um número"),
    ),
    **dict.fromkeys(
        (
            "TO_DATE",
            "DATE",
            "DATA",
            "DATESERIAL",
            "DATEFROMPARTS",
            "ENCODEDATE",
            "STR_TO_DATE",
            "STRTODATE",
            "PARSEDATE",
            "DATAVALOR",
            "DATEVALUE",
            "CDATE",
        ),
        message("um texto como '24/11/2026' vale como data; por partes: MTDATA(dia, mês, ano)"),
    ),
    "DATEPART": message("as partes de uma data são ANODT, MESDT e DIADT"),
    **dict.fromkeys(("DATEADD", "INCDAY", "ADDDAYS"), message("dias se somam com +: HOJE + 10; meses com SOMAMESES(data, meses)")),
    **dict.fromkeys(("IIF", "DECODE", "IFTHEN", "CHOOSE"), message("escreva SE condição ENTAO … SENAO … FIMSE")),
    **dict.fromkeys(
        ("CEILING", "CEIL", "TETO", "ARREDONDAR_PARA_CIMA", "ROUNDUP"),
        message("para cima, ao próximo inteiro: ARREDVALOR(número, 1)"),
    ),
    **dict.fromkeys(("POWER", "POTENCIA", "SQRT", "RAIZ"), message("não há potência; multiplique: A * A")),
    **dict.fromkeys(
        ("SHOWMESSAGE", "MSGBOX", "ALERT", "PRINT", "WRITELN", "MENSAGEM", "CONSOLE"),
        message("para ver valores enquanto depura use ANALISAR(a, b, c, d), que interrompe a fórmula"),
    ),
    **dict.fromkeys(
        ("RAISE", "THROW", "ERRO", "ABORT", "ERROR"),
        message("uma fórmula não provoca erros; ANALISAR a interrompe com uma mensagem"),
    ),
    **dict.fromkeys(("EXISTS", "EXISTE"), message("SE EXECSQL('código') ENTAO … diz se a sentença trouxe linhas")),
    **dict.fromkeys(
        ("COUNT", "SUM", "AVG", "CONTA", "SOMA", "SOMASE", "CONT_SE", "CONT_VALORES", "SOMA_SE", "CONT_SES", "PROCV", "VLOOKUP"),
        message("conte e some na sentença SQL, e leia com RESULTSQL"),
    ),
}
"""What there is no function for, and the way it is written here."""

COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("CODATENDIMENTO", "IDATENDIMENTO", "NUMATENDIMENTO"), "CODIGO"),
    **dict.fromkeys(("CODLOCALIDADE", "CODLOC"), "LOCALIDADE"),
    **dict.fromkeys(("CODTIPOATENDIMENTO", "CODTIPO", "TIPOATENDIMENTO"), "TIPO"),
    **dict.fromkeys(("CODETAPA", "IDETAPA", "ETAPAATUAL"), "ETAPA"),
    **dict.fromkeys(("CODSTATUS", "STATUSATENDIMENTO", "SITUACAO"), "STATUS"),
    **dict.fromkeys(("CODPRIORIDADE", "IDPRIORIDADE"), "PRIORIDADE"),
    **dict.fromkeys(("CODCATEGORIA",), "CATEGORIA"),
    **dict.fromkeys(("CODPRODUTO", "IDPRD", "CODPRD"), "PRODUTO"),
    **dict.fromkeys(("CODCLIENTE", "CODCFO", "CODPESSOA"), "CLIENTE"),
    **dict.fromkeys(("CODCLASSIFICACAO",), "CLASSIFICACAO"),
    **dict.fromkeys(("CODATENDENTE", "CODATENDENTERESP", "CODRESPONSAVEL"), "ATENDENTE"),
    **dict.fromkeys(("CODGRUPO", "CODGRUPOATENDENTE"), "GRUPO"),
    **dict.fromkeys(("CODATENDENTEABERTURA", "CODUSUARIOABERTURA", "ABERTOPOR", "SOLICITANTE"), "ABERTO_POR"),
    **dict.fromkeys(("DATAABERTURA", "DTABERTURA", "DATACRIACAO"), "ABERTURA"),
    **dict.fromkeys(("DATAFECHAMENTO", "DTFECHAMENTO"), "FECHAMENTO"),
    **dict.fromkeys(("TITULO", "RESUMO"), "ASSUNTO"),
    **dict.fromkeys(("DESCRICAO", "DESCRICAOSOLICITACAO"), "SOLICITACAO"),
    **dict.fromkeys(("NIVEL", "CODNIVELACESSO"), "NIVELACESSO"),
}
"""Columns of RM's tables and words of other ticket systems → the ticket's field (taa.md, Entities)."""

NO_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("CODCOLIGADA", "IDCOLIGADA", "CODCOLIGADAATUAL"), "COLIGADA"),
    **dict.fromkeys(("CODUSUARIO", "CODUSUARIOLOGADO", "LOGIN"), "USUARIOCORRENTE"),
}
"""Columns that are a function here."""
