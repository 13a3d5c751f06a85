"""Each field of a form says who will read what one types in it."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.sdaasp.programme.visibilite import A_TOUS, AUX_COMPTES, tell_readers
from maillage.web.programme.visibilite import get_reserves

JUSQU_A_L_ADOPTION = "Lu par les comptes seulement ; public si la proposition est adoptée."


class DitQuiLit(forms.Form):
    """A form whose fields end in the ``COLLECTION`` of the programme; the table of visibility says who reads.

    ``HORS_PROGRAMME``: fields that go to the history or only choose what to do.
    """

    COLLECTION = ""
    HORS_PROGRAMME: tuple[str, ...] = ("motif",)
    MUETS: tuple[str, ...] = ("version", "confirmer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reserves = get_reserves()
        for name in self.fields:
            outside = name in self.HORS_PROGRAMME
            self.tell(name, AUX_COMPTES if outside else tell_readers(self.COLLECTION, name, reserves))

    def tell(self, name: str, readers: str) -> None:
        """Say at a field who reads it, in place of what was said before."""
        field = self.fields[name]
        if name not in self.MUETS:
            own = str(field.help_text).removesuffix(getattr(field, "lecteurs", "")).rstrip()
            field.help_text = f"{own} {readers}".strip()
            field.lecteurs = readers  # type: ignore[attr-defined]

    def tell_proposal(self) -> None:
        """What is public once recorded is public only once adopted."""
        for name, field in self.fields.items():
            if getattr(field, "lecteurs", "") == A_TOUS:
                self.tell(name, JUSQU_A_L_ADOPTION)
