"""Mutants that no proposed case notices: proved to mean the same as the formula, or what was tried without a difference."""

from __future__ import annotations

import attrs

from formula.messages import Message
from routing.domain.site import FormulaText, Site
from routing.messages import message

PROOF_SECONDS = 2.0
"""How long a proof may take for one mutant."""
PROOFS = 25
"""Mutants of a formula for which a proof is looked for."""


@attrs.define(eq=False)
class Alike:
    """Looks at mutants of the formulas of a site, so many of each at most."""

    left: int = PROOFS

    def of(self, site: Site, formula: FormulaText, text: str, tried: int) -> tuple[bool, Message]:
        """Whether a mutant's text is proved to mean the same for every ticket, and the reason why no case notices it. ``tried``
        contexts showed no difference."""
        seen = message("o mesmo em {numero} contextos tentados: talvez o mesmo dito de outro modo", numero=tried)
        own = site.formulas.get(formula.code.upper())
        if own is None or own.text != formula.text or not site.types or self.left <= 0:
            return False, seen
        self.left -= 1
        from routing.proving.equality import answer_equal
        from routing.proving.solver import Solver

        changed = attrs.evolve(site, formulas={**site.formulas, formula.code.upper(): attrs.evolve(own, text=text)})
        with Solver(seconds=PROOF_SECONDS) as solver:
            (found,) = answer_equal(site, changed, solver, formula=formula.code, within=PROOF_SECONDS)
        if found.answer == "fails":
            return False, message("há atendimentos em que a diferença se vê, mas nenhum caso proposto a perceberia")
        # a proof that takes the rows of a sentence for granted says nothing of other rows
        proved = found.answer == "proved" and bool(found.tried) and len(found.assumptions) <= 1
        return (True, message("provado igual para todos os atendimentos")) if proved else (False, seen)
