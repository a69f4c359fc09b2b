"""Functions on texts (globals.tsv), positions count from 1. Comparison of texts is the language's, not ours (T7)."""

from formula.builtins.table import function
from formula.context import Run
from formula.diagnostics import Fault
from formula.messages import message
from formula.types import Integer, Text


@function(scans=False, origin="published", examples=["CONCAT('1', ';3') -> 1;3", "CONCAT('R', 12.5, '!') -> R12.5!"])
def concat(texto1: Text, texto2: Text, *textos: Text) -> Text:
    """Junta dois ou mais textos. Um número entra na sua forma mais curta, com ponto."""
    return texto1 + texto2 + "".join(textos) if textos else texto1 + texto2


@function(
    scans=False,
    origin="published",
    examples=["SUBSTR('Atendimento', 1, 5) -> Atend", "SUBSTR('abc', 2, 10) -> bc", "SUBSTR('abc', 9, 1) -> "],
)
def substr(texto: Text, inicio: Integer, qtd: Integer) -> Text:
    """Pedaço de um texto: a partir da posição inicio (a primeira é 1), até qtd caracteres."""
    if inicio < 1 or qtd < 0:
        raise Fault(
            "argumento-invalido",
            message("SUBSTR não aceita início {inicio} e quantidade {qtd}", inicio=inicio, qtd=qtd),
            message("a primeira posição é 1 e a quantidade não pode ser negativa"),
        )
    return texto[inicio - 1 : inicio - 1 + qtd]


@function(scans=False, origin="published", examples=["ASCII('A') -> 65", "ASCII('ção') -> 231"])
def ascii_(char: Text) -> Integer:
    """O código do primeiro caractere do texto."""
    if not char:
        raise Fault("argumento-invalido", message("ASCII precisa de um texto com ao menos um caractere"))
    return ord(char[0])


@function(scans=False, origin="extension", examples=["MAIUSCULA('São Paulo') -> SÃO PAULO"])
def maiuscula(texto: Text) -> Text:
    """O texto em letras maiúsculas."""
    return texto.upper()


@function(scans=False, origin="extension", examples=["MINUSCULA('ALTA') -> alta"])
def minuscula(texto: Text) -> Text:
    """O texto em letras minúsculas."""
    return texto.lower()


@function(scans=False, origin="extension", examples=["TAMANHO('1;3') -> 3", "TAMANHO('') -> 0"])
def tamanho(texto: Text) -> Integer:
    """Quantos caracteres o texto tem."""
    return len(texto)


@function(origin="extension", examples=["TRIM('  MG ') -> MG"])
def trim(texto: Text) -> Text:
    """O texto sem os brancos do começo e do fim."""
    return texto.strip()


@function(
    origin="extension",
    examples=["POSICAO(';', '12;34') -> 3", "POSICAO('x', 'abc') -> 0", "POSICAO('a', 'banana', 3) -> 4"],
)
def posicao(trecho: Text, texto: Text, inicio: Integer = 1) -> Integer:
    """Onde o trecho aparece no texto, a partir da posição inicio; 0 se não aparece."""
    if inicio < 1:
        raise Fault("argumento-invalido", message("POSICAO começa na posição 1, não na {inicio}", inicio=inicio))
    return texto.find(trecho, inicio - 1) + 1


@function(origin="extension", examples=["SUBSTITUI('01.02.03', '.', '') -> 010203"])
def substitui(run: Run, texto: Text, de: Text, para: Text) -> Text:
    """O texto com todas as ocorrências de um trecho trocadas por outro."""
    if not de:
        raise Fault(
            "argumento-invalido",
            message("SUBSTITUI precisa saber que trecho trocar, e ele está vazio"),
            message("o segundo argumento é o trecho procurado"),
        )
    if len(para) > len(de):
        fits(run, len(texto) + texto.count(de) * (len(para) - len(de)))
    return texto.replace(de, para)


@function(
    scans=False, cost=2, origin="extension", examples=["PREENCHE('42', 6, '0') -> 000042", "PREENCHE('1234', 2, '0') -> 1234"]
)
def preenche(run: Run, texto: Text, tamanho: Integer, caractere: Text) -> Text:
    """Completa o texto à esquerda com um caractere até ter aquele tamanho."""
    if len(caractere) != 1:
        raise Fault("argumento-invalido", message("PREENCHE completa com um só caractere, não com '{texto}'", texto=caractere))
    fits(run, tamanho)
    return texto.rjust(tamanho, caractere)


@function(
    origin="extension",
    examples=["PARTE('1;3', ';', 2) -> 3", "PARTE('MG/SP/RJ', '/', 1) -> MG", "PARTE('1;3', ';', 5) -> "],
)
def parte(texto: Text, separador: Text, numero: Integer) -> Text:
    """A parte de número dado de um texto dividido por um separador; vazia depois da última."""
    if not separador or numero < 1:
        raise Fault(
            "argumento-invalido",
            message("PARTE precisa de um separador e de um número de parte a partir de 1"),
        )
    pieces = texto.split(separador, min(numero, len(texto)))
    return pieces[numero - 1] if numero <= len(pieces) else ""


def fits(run: Run, size: int) -> None:
    """Refuse a text before it is made, when the run could not hold it."""
    if size > run.limits.text:
        raise Fault(
            "limite-texto",
            message(
                "o texto teria {tamanho} caracteres, mais do que os {limite} de uma execução",
                tamanho=size,
                limite=run.limits.text,
            ),
            message(
                "faça textos menores, ou aumente o limite: texto, em [limites] de repasse.toml; num comando que tem --limit, "
                "--limit text=N"
            ),
        )
