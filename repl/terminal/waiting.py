"""The session behind a prompt. It may still be on its way: the first prompt shows before the engine is loaded."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cached_property
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from repl.session.session import Session
    from repl.showing.highlighting import Typed


class Bench:
    """A session and the words being typed to it, each made when first asked for.

    ``language`` is known at once; ``open_session`` must not fail, since a first prompt has been shown by then.
    """

    def __init__(self, language: str, open_session: Callable[[], Session]) -> None:
        """Nothing is opened yet."""
        self.language = language
        self.open_session = open_session
        self.opening = Lock()
        self.opened: Session | None = None

    @property
    def session(self) -> Session:
        """The session; whoever asks first opens it, others wait."""
        with self.opening:
            if self.opened is None:
                self.opened = self.open_session()
            return self.opened

    @cached_property
    def typed(self) -> Typed:
        """The words of the present input, kept from key to key."""
        from repl.showing.highlighting import Typed

        return Typed()

    def prepare(self) -> None:
        """Open the session aside, while the person looks at the prompt."""
        if self.opened is None:
            Thread(target=self.warm, name="opening").start()

    def warm(self) -> None:
        """Load what the first key and the first input need."""
        import repl.session.commands  # noqa: F401 - loaded for those who come next

        _ = self.session
        # what is loaded now stays: a collection in the middle of a key need not look at it again
        gc.freeze()
