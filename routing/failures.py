"""What goes wrong outside a decision: databases, mails, keys. Each has a slug, a sentence and what to do about it."""

from __future__ import annotations

from formula.diagnostics import in_language
from routing.errors import RoutingError


class Failure(RoutingError):
    """``code`` is a slug, ``message`` and ``hint`` are sentences that can be translated."""

    code = "falha"

    def __init__(self, message: str, hint: str | None = None) -> None:
        """``message`` says what is wrong, ``hint`` what to do."""
        super().__init__(str(message))
        self.message = message
        self.hint = hint

    def text(self, language: str = "pt") -> str:
        """Both sentences in a language, one a line."""
        said = in_language(self.message, language)
        return said if self.hint is None else f"{said}\n{in_language(self.hint, language)}"


class StoreError(Failure):
    """The database could not do what was asked; nothing of the transaction was kept."""

    code = "banco"


class StoreBusy(StoreError):
    """Another process held the database for longer than the busy timeout. Trying again is safe."""

    code = "banco-ocupado"


class StoreClash(StoreError):
    """Another transaction made the same row first; deciding again sees it."""

    code = "banco-concorrencia"


class StoreFull(StoreError):
    """No room on the disk of the database."""

    code = "banco-cheio"


class StoreGone(StoreError):
    """The database cannot be reached, or went away in mid-transaction."""

    code = "banco-fora"


class StoreDamaged(StoreError):
    """The file is no database, or a damaged one."""

    code = "banco-danificado"


class SchemaMismatch(StoreError):
    """The database's schema is of another version than this program's."""

    code = "banco-versao"


class Conflict(Failure):
    """An idempotency key was used before with another request."""

    code = "chave-reutilizada"


class Missing(Failure):
    """What is asked about does not exist."""


class UnknownTicket(Missing):
    """There is no such ticket, or the text is no ticket key."""

    code = "atendimento-desconhecido"


class UnknownPerson(Missing):
    """Nobody, or nobody who works here any more, has this key or name."""

    code = "atendente-desconhecido"


class UnknownArticle(Missing):
    """There is no question or tip of this number."""

    code = "faq-desconhecida"


class WrongPresence(Failure):
    """An absence or a status that cannot be: dates, substitute, words."""

    code = "ausencia-invalida"


class WrongContact(Failure):
    """A contact that cannot be recorded, changed or deleted here (S:26-46)."""

    code = "contato-recusado"


class NotAllowed(Failure):
    """The one who asks has no right to it."""

    code = "sem-direito"


class WrongFilter(Failure):
    """A list is asked for by a filter or a cursor that means nothing."""

    code = "filtro-invalido"


class WrongQuestion(Failure):
    """What is asked cannot be answered as it is asked; nothing of the site is wrong."""

    code = "pergunta-invalida"


class WrongSupposition(WrongQuestion):
    """A field that cannot be supposed, or not with that value."""

    code = "hipotese-invalida"


class UnknownRules(WrongQuestion):
    """There are no such rules: no such release, no such folder."""

    code = "regras-desconhecidas"


class MailFault(Failure):
    """A mail cannot be made, such as one to an address that is none."""

    code = "email-invalido"


class SettingsFault(Failure):
    """A setting is missing or does not fit. ``where`` is the path of its key in repasse.toml, where it stands there."""

    code = "configuracao"

    def __init__(self, message: str, hint: str | None = None, where: tuple[str | int, ...] = ()) -> None:
        """The same, with the place."""
        super().__init__(message, hint)
        self.where = where
