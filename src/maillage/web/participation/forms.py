"""Forms of signalements; the one of residents holds off machines without asking anything of people."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from maillage.catalogue.limites import read_limit
from maillage.participation.identifiants import find_identifying
from maillage.participation.reglages import read_setting
from maillage.web.participation.models import SignalementRecu
from maillage.web.programme.noms import Noms

SEL = "participation.formulaire"
TROP_VITE = "C’est allé trop vite pour une personne : relisez, puis envoyez de nouveau."


def offer(field: Any, choices: Sequence[tuple[str, str]]) -> None:
    """What a field offers."""
    field.choices = list(choices)


def make_billet() -> str:
    """The signed number of a form, and when it was opened: nobody makes one but us, each serves once."""
    return signing.dumps(secrets.token_urlsafe(16), salt=SEL)


def read_billet(text: str) -> str:
    """The number of a form opened long enough ago, and not too long.

    Raises:
        ValidationError: it is not ours, too young, or too old.
    """
    try:
        number: str = signing.loads(text, salt=SEL, max_age=read_setting("formulaire_valable"))
    except signing.SignatureExpired:
        raise ValidationError("Cette page est ouverte depuis trop longtemps : envoyez de nouveau.") from None
    except signing.BadSignature:
        raise ValidationError("Cet envoi n’est pas complet : relisez, puis envoyez de nouveau.") from None
    try:
        signing.loads(text, salt=SEL, max_age=read_setting("temps_de_saisie"))
    except signing.SignatureExpired:
        return number
    raise ValidationError(TROP_VITE)


class FormulaireSignalement(forms.Form):
    """What does not work, where, and nothing of who says it unless they wish to be called back."""

    data: Any  # a query, put again with what was shown
    theme = forms.ChoiceField(label="De quoi s’agit-il ?", required=False)
    commune = forms.ChoiceField(label="Dans quelle commune ?", required=False)
    territoire = forms.ChoiceField(label="Dans quel arrondissement ?", required=False)
    lieu = forms.CharField(
        label="Où, plus précisément ?", required=False, max_length=200,
        help_text="Une adresse, un arrêt, le nom du service. Pas le nom d’une personne.",
    )  # fmt: skip
    texte = forms.CharField(
        label="Que s’est-il passé ?", max_length=2000, min_length=10, widget=forms.Textarea({"rows": 6}),
        help_text="Ce que vous avez constaté, quand, et ce que cela change pour vous. Ne nommez personne.",
    )  # fmt: skip
    rappel = forms.CharField(
        label="Si vous voulez être rappelé : un courriel ou un téléphone", required=False, max_length=120,
        help_text=f"Jamais publié, lu par qui traite votre signalement, effacé après "
        f"{read_setting('garde_du_contact')} jours.",
    )  # fmt: skip
    site = forms.CharField(label="Laissez ce champ vide", required=False, max_length=200)
    billet = forms.CharField(widget=forms.HiddenInput, max_length=300)
    vu = forms.CharField(widget=forms.HiddenInput, required=False, max_length=3000)

    def __init__(
        self,
        data: Any = None,
        *,
        noms: Noms,
        communes: Mapping[str, str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**(initial or {}), "billet": make_billet()})
        self.fields["theme"].choices = [("", "Je ne sais pas"), *noms.themes.items()]  # type: ignore[attr-defined]
        places = [("", "Tout le département, ou je ne sais pas"), *noms.arrondissements.items()]
        self.fields["territoire"].choices = places  # type: ignore[attr-defined]
        if communes:
            del self.fields["territoire"]
            self.fields["commune"].choices = [places[0], *communes.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["commune"]
        self._connus = tuple(communes.values())
        self.numero = ""

    def clean_site(self) -> str:
        """Only a machine fills it."""
        if self.cleaned_data["site"]:
            raise ValidationError("Videz ce champ : il n’est là que pour arrêter les machines.")
        return ""

    def clean_billet(self) -> str:
        """The number of this form."""
        self.numero = read_billet(self.cleaned_data["billet"])
        return self.numero

    @property
    def trouves(self) -> tuple[Any, ...]:
        """What names somebody in the text or the place, in the text first."""
        said = (self.cleaned_data.get("texte", ""), self.cleaned_data.get("lieu", ""))
        return tuple(one for text in said for one in find_identifying(text, self._connus))

    def is_seen(self) -> bool:
        """Whether the author has been shown what will be hidden of this very text, and sends it so."""
        seen = self.cleaned_data["vu"]
        try:
            return bool(signing.loads(seen, salt=SEL) == self._hash())
        except signing.BadSignature:
            return False

    def show(self) -> None:
        """Send it again with this, and it is taken: what will be hidden was shown."""
        fresh: Any = self.data.copy()
        fresh["vu"] = signing.dumps(self._hash(), salt=SEL)
        self.data = fresh

    def is_stale(self) -> bool:
        """Whether its number will never be taken: not ours, or too old."""
        return bool(self.errors.get("billet")) and TROP_VITE not in self.errors["billet"]

    def renew(self) -> None:
        """A new number for the form that is shown again."""
        fresh: Any = self.data.copy()
        fresh["billet"] = make_billet()
        self.data = fresh

    def _hash(self) -> str:
        said = self.cleaned_data.get("texte", "") + "\n" + self.cleaned_data.get("lieu", "")
        return salted_hmac(SEL, said).hexdigest()


class FormulairePhoto(forms.Form):
    """A photo."""

    photo = forms.FileField(label="Ajouter une photo", widget=forms.ClearableFileInput({"accept": "image/*"}))

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        most = read_limit("fichier_donne", "octets") // 2**20
        self.fields["photo"].help_text = (
            f"JPEG, PNG ou WebP, {most} Mo au plus. Elle perd le lieu, la date et l’appareil de sa prise. Ni "
            "visage, ni plaque : elle n’est publiée que si personne ne s’y reconnaît."
        )


class FormulaireRelecture(forms.Form):
    """What will be published."""

    theme = forms.ChoiceField(label="Thème", required=False)
    dimension = forms.ChoiceField(label="Dimension", required=False)
    texte = forms.CharField(
        label="Texte publié", max_length=2000, widget=forms.Textarea({"rows": 7}),
        help_text="Les passages qui nomment quelqu’un sont déjà masqués ; corrigez ce qui reste.",
    )  # fmt: skip
    relu = forms.BooleanField(
        label="J’ai relu : plus rien ne nomme une personne", required=False,
        help_text="À cocher quand un mot à majuscule pourrait être un nom et n’en est pas un.",
    )  # fmt: skip
    photo = forms.BooleanField(label="Publier la photo : personne ne s’y reconnaît", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: SignalementRecu, noms: Noms, texte: str, photo: bool) -> None:
        given = {"theme": objet.theme, "dimension": objet.dimension, "texte": texte, "version": objet.version}
        super().__init__(data, initial=given)
        self.fields["theme"].choices = [("", "aucun"), *noms.themes.items()]  # type: ignore[attr-defined]
        self.fields["dimension"].choices = [("", "aucune"), *noms.dimensions.items()]  # type: ignore[attr-defined]
        if not photo:
            del self.fields["photo"]
