"""The form that gives a file."""

from __future__ import annotations

from django import forms

from maillage.catalogue.limites import read_limit
from maillage.web.fichiers.genres import ACCEPTES


class FormulaireFichier(forms.Form):
    """A file, and what one sees in it."""

    fichier = forms.FileField(label="Joindre un fichier")
    description = forms.CharField(
        label="Ce que c’est, ou ce que l’on y voit", required=False, max_length=300,
        help_text="D’une photo, ce que lit qui ne la voit pas.",
    )  # fmt: skip

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        most = read_limit("fichier_donne", "octets") // 2**20
        self.fields["fichier"].help_text = (
            f"{ACCEPTES} ; {most} Mo au plus. Une photo perd le lieu et la date de sa prise ; un document "
            "garde ce que son logiciel y a écrit, le nom de son auteur par exemple."
        )
