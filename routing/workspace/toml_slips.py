"""What somebody who does not know TOML wrote, in words: from the parser's English phrase and the text around the place."""

from __future__ import annotations

import re
import unicodedata

from formula.messages import Message
from routing.messages import message

LEFT = re.compile(r"""[^\s,=\[\]{}"']*\Z""")
RIGHT = re.compile(r"""(?:[^\s,\]}"']|,(?=\d))*""")
COMMA = re.compile(r"[+-]?[\d.]*\d,\d+", re.ASCII)
SLASHES = re.compile(r"(\d\d?)/(\d\d?)/(\d{4}|\d\d)\b", re.ASCII)
DESTINATION = re.compile(r"\d+(?:;\d+)+", re.ASCII)
ZERO = re.compile(r"[+-]?0\d+", re.ASCII)
TRUTHS = {"verdade": "true", "verdadeiro": "true", "sim": "true", "true": "true", "falso": "false", "não": "false", "nao": "false",
          "false": "false"}  # fmt: skip
CURLY = "“”„‘’«»"
STRANGE_KEY = re.compile(r"[ \t]*([\w -]*[^\x00-\x7f\s][\w -]*?|[\w-]+(?: [\w-]+)+)\s*=")
UP_TO = re.compile(r"""[^,\]}#"'\n]*""")

Slip = tuple[Message, Message]
"""What is wrong, and what to do."""


def slip(text: str, at: int, reason: str) -> Slip | None:
    """What was probably meant at an offset where the parser gave up; None when only the parser knows."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : len(text) if end < 0 else end]
    left = LEFT.search(text[start:at])
    token = (left[0] if left else "") + (RIGHT.match(text, at) or [""])[0]
    whole = UP_TO.match(text, at)
    return of_value(token, whole[0].strip() if whole else "", line, reason) or of_shape(text, at, line, token, reason)


def of_value(token: str, whole: str, line: str, reason: str) -> Slip | None:
    """A value written as people write it elsewhere."""
    if any(mark in line for mark in CURLY) and any(word in reason for word in ("Invalid value", "statement", "key")):
        return message("aspas curvas não são aspas aqui"), message('escreva com aspas retas: "texto"')
    found = SLASHES.search(token)
    if found:
        iso = f"{found[3] if len(found[3]) == 4 else '20' + found[3]}-{int(found[2]):02}-{int(found[1]):02}"
        return message("uma data não se escreve com barras"), message("escreva {data}", data=iso)
    if COMMA.fullmatch(token):
        plain = token.replace(".", "").replace(",", ".")
        return message("um número não leva vírgula"), message(
            'escreva {numero}, ou "{texto}" entre aspas', numero=plain, texto=token
        )
    if DESTINATION.fullmatch(token) or ZERO.fullmatch(token):
        return message("'{texto}' precisa de aspas", texto=token), message('escreva "{texto}"', texto=token)
    if token.lower() in TRUTHS and "alue" in reason:
        return message("verdadeiro e falso se escrevem em inglês"), message("escreva {valor}", valor=TRUTHS[token.lower()])
    if "Invalid value" in reason:
        if not token:
            return message("falta o valor"), message('escreva um valor depois do sinal de igual; o texto vazio é ""')
        return message("'{texto}' precisa de aspas", texto=whole), message('escreva "{texto}"', texto=whole)
    return None


def of_shape(text: str, at: int, line: str, token: str, reason: str) -> Slip | None:
    """Brackets, quotes, commas and keys."""
    open_table = line.count("{") > line.count("}")
    if text[at : at + 1] == "}" and "Invalid initial character" in reason:
        return message("sobra uma vírgula antes de }}"), message("tire a vírgula")
    if "Invalid statement" in reason:
        return message("esta linha não começa com uma chave"), message('escreva chave = valor, como nome = "…"')
    if "nclosed inline table" in reason or (open_table and ("Invalid initial character" in reason or "Illegal" in reason)):
        return MISSING_COMMA if text[at : at + 1].strip() and not open_table else ONE_LINE
    if "Unclosed array" in reason:
        return MISSING_COMMA if text[at : at + 1].strip() else UNCLOSED_LIST
    if any(part in reason for part in ("overwrite", "Duplicate", "twice", "Cannot declare", "Cannot mutate")):
        return message("a mesma chave ou tabela aparece duas vezes"), message("junte as duas, ou tire uma")
    if "Unescaped" in reason or "hex value" in reason:
        return message("há uma barra invertida num texto entre aspas duplas"), message(
            "escreva o texto entre aspas simples, como 'c:\\pasta'"
        )
    if "Illegal character" in reason or "Unterminated string" in reason or 'Expected "\'"' in reason or "Expected '\"" in reason:
        return message("o texto não foi fechado"), message("feche as aspas na mesma linha")
    if "Expected ']" in reason:
        return message("os colchetes não foram fechados"), header_hint(line)
    found = strange_key(text, at)
    if found and ("key" in reason or "Invalid initial character" in reason):
        return message("a chave '{chave}' tem acento ou espaço", chave=found[1]), key_hint(found[1])
    if "'=' after a key" in reason:
        return message("falta o sinal de igual depois da chave"), message('escreva chave = valor, como nome = "…"')
    if "Expected newline" in reason:
        rest = line[line.find(token) + len(token) :] if token else ""
        if "=" in token + rest:
            return message("há duas chaves na mesma linha"), message("escreva cada chave numa linha")
        return message("sobra texto depois do valor"), message("ponha aspas em volta do valor inteiro, ou tire o que sobra")
    return None


def strange_key(text: str, at: int) -> re.Match[str] | None:
    """A key with accents or spaces around an offset: on its line, between braces and commas, or a part behind a point."""
    line, begin = text.rfind("\n", 0, at) + 1, max(text.rfind(sign, 0, at) for sign in "\n{,") + 1
    found = STRANGE_KEY.match(text, begin) or STRANGE_KEY.match(text, line)
    point = text.rfind(".", begin, at + 1)
    if found is None and point >= 0 and "=" not in text[begin:point]:
        return STRANGE_KEY.match(text, point + 1)
    return found


def key_hint(key: str) -> Message:
    """How a key with accents or spaces is written."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    if " " in key or not plain:
        return message('escreva "{chave}" entre aspas', chave=key)
    return message(
        'as chaves do repasse não têm acento: {sem}; para um nome seu, escreva "{chave}" entre aspas', sem=plain, chave=key
    )


def header_hint(line: str) -> Message:
    """A table's header as it was meant."""
    name = line.strip().strip("[]").strip()
    header = f"[[{name}]]" if line.strip().startswith("[[") else f"[{name}]"
    return message("escreva {cabecalho}, sozinho na linha", cabecalho=header)


MISSING_COMMA: Slip = (message("falta uma vírgula antes deste ponto"), message("separe os valores com vírgulas"))
ONE_LINE: Slip = (
    message("uma tabela entre chaves não continua na linha seguinte"),
    message("escreva-a numa linha só, ou abra uma tabela [assim]"),
)
UNCLOSED_LIST: Slip = (message("a lista não foi fechada"), message("feche com ]"))
