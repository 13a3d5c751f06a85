"""Reads of campaigns: who is to be asked, what was answered, what a secret link leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac

from maillage.annuaire.confirmation import group_structures
from maillage.annuaire.fiche import Structure
from maillage.annuaire.fraicheur import CampagneFraicheur, find_campagne, last_word, must_ask
from maillage.web.annuaire.fraicheur.models import (
    CampagneMenee,
    DemandeConfirmation,
    LienConfirmation,
    RefusDeCourriel,
)
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from maillage.web.annuaire.queries import AnnuaireTenu, read_annuaire
from maillage.web.comptes import secret

CONFIRMEE, A_RELIRE, SANS_REPONSE = "confirmee", "a_relire", "sans_reponse"
A_ECRIRE, SANS_COURRIEL = "a_ecrire", "sans_courriel"
ETATS: Final = {
    CONFIRMEE: "confirmées",
    A_RELIRE: "réponse à relire",
    SANS_REPONSE: "sans réponse",
    A_ECRIRE: "à qui écrire",
    SANS_COURRIEL: "sans courriel",
}


def sign_address(address: str, cle: str | None = None) -> str:
    """What is kept of an address that refused mail, under the key of today unless another is given."""
    said = address.strip().casefold()
    return salted_hmac("annuaire.refus", said, secret=cle, algorithm="sha256").hexdigest()


def list_signatures(address: str) -> set[str]:
    """What may have been kept of an address, under each key that the install has or still admits."""
    return {sign_address(address, cle) for cle in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


@dataclass(frozen=True)
class StructureSondee:
    """One structure in a campaign: its address of mail, empty when none or when it refused; how it stands."""

    structure: Structure
    cle: int
    adresse: str
    etat: str
    demandee_le: date | None = None


@dataclass(frozen=True)
class EtatCampagne:
    """A campaign on a day, over every structure of the directory; ``menee`` is null until it is launched."""

    campagne: CampagneFraicheur
    menee: CampagneMenee | None
    structures: tuple[StructureSondee, ...]
    themes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def count(self) -> Counter[str]:
        """How many in each state."""
        return Counter(one.etat for one in self.structures)

    @property
    def adresses(self) -> int:
        """How many messages would leave now."""
        return len({one.adresse for one in self.structures if one.etat == A_ECRIRE})

    def list_by(self, which: str) -> list[tuple[str, Counter[str]]]:
        """(key, how many in each state) by ``source``, ``commune`` or ``theme`` (each of its themes).

        Where most are still waited for comes first.
        """
        found: dict[str, Counter[str]] = {}
        for one in self.structures:
            for key in self._list_keys(which, one.structure):
                found.setdefault(key, Counter())[one.etat] += 1
        return sorted(found.items(), key=lambda pair: (pair[1][CONFIRMEE] - pair[1].total(), pair[0]))

    def _list_keys(self, which: str, one: Structure) -> Iterable[str]:
        if which == "theme":
            return self.themes.get(one.id) or ("",)
        return (one.source if which == "source" else one.commune or one.code_insee or "",)


def read_campagne(at: date) -> EtatCampagne:
    """The campaign of a day and how each structure stands in it: 4 queries, and those of the directory."""
    campagne = find_campagne(at)
    held = read_annuaire()
    asked = dict(
        DemandeConfirmation.fiches.through.objects.filter(
            demandeconfirmation__campagne__debut=campagne.debut, demandeconfirmation__envoyee_le__isnull=False
        )
        .order_by("demandeconfirmation__envoyee_le")
        .values_list("fichetenue_id", "demandeconfirmation__envoyee_le")
    )
    told = set(
        CorrectionProposee.objects.filter(etat=CorrectionProposee.Etat.RECUE).values_list("fiche", flat=True)
    )
    refused = set(RefusDeCourriel.objects.values_list("empreinte", flat=True))
    groups = group_structures(held.annuaire)
    seen = [
        _place(
            held, one, "" if address and refused & list_signatures(address) else address, (asked, told), at
        )
        for address, structures in groups.items()
        for one in structures
    ]
    return EtatCampagne(
        campagne,
        CampagneMenee.objects.filter(debut=campagne.debut).first(),
        tuple(sorted(seen, key=lambda one: (one.structure.nom, one.structure.id))),
        _list_themes(held),
    )


def _place(
    held: AnnuaireTenu, one: Structure, address: str, known: tuple[dict[int, date], set[int]], at: date
) -> StructureSondee:
    """``known``: when each was asked, and which said something that waits to be read."""
    asked, told = known
    key = held.cles["structure", one.id]
    confirmed, when = held.confirmees.get(one.id), asked.get(key)
    if last_word(one.date_maj, confirmed) >= find_campagne(at).debut:
        state = CONFIRMEE
    elif key in told:
        state = A_RELIRE
    elif must_ask(one.date_maj, confirmed, when, at):
        state = A_ECRIRE if address else SANS_COURRIEL
    else:
        state = SANS_REPONSE if when or address else SANS_COURRIEL
    return StructureSondee(one, key, address, state, when)


def _list_themes(held: AnnuaireTenu) -> dict[str, tuple[str, ...]]:
    """Id of a structure → its themes, and those of what it offers."""
    found: dict[str, set[str]] = {}
    for one in held.annuaire.structures:
        known = held.annuaire.complements.get(one.id)
        found[one.id] = set(known.themes if known else ())
    for offer in held.annuaire.prestations:
        known = held.annuaire.complements.get(offer.id)
        found.setdefault(offer.structure_id, set()).update(known.themes if known else ())
    return {ident: tuple(sorted(themes)) for ident, themes in found.items()}


def get_demande(jeton: str) -> DemandeConfirmation:
    """What a secret link leads to, until the campaign ends; 404 for any other."""
    lien = (
        LienConfirmation.objects.filter(empreinte=secret.empreinte(jeton))
        .select_related("demande__campagne")
        .first()
    )
    if lien is None or timezone.localdate() > lien.demande.campagne.fin:
        raise Http404(
            "Ce lien ne mène à aucune fiche, ou sa campagne est finie. Vérifiez qu’il est copié en entier."
        )
    return lien.demande


def list_fiches(demande: DemandeConfirmation) -> list[FicheTenue]:
    """The structures that a link speaks of, those that their source still gives: 1 query."""
    return list(demande.fiches.filter(disparue_le=None).order_by("pk"))


def read_group(demande: DemandeConfirmation, pk: int) -> list[FicheTenue]:
    """A structure of the link and what it offers: 2 queries; 404 when it is not of this link."""
    home = demande.fiches.filter(pk=pk, disparue_le=None).first()
    if home is None:
        raise Http404("Cette fiche n’est pas de celles de votre lien.")
    offers = FicheTenue.objects.filter(sorte="prestation", structure=home.ident, disparue_le=None)
    return [home, *offers.order_by("ident")]


def read_over(rows: Iterable[FicheTenue]) -> dict[int, dict[str, Any]]:
    """By record: what is said over its source, and what the structure said already: 1 query."""
    states = [*("proposee", "envoyee"), CorrectionProposee.Etat.RECUE]
    found: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
    for one in CorrectionProposee.objects.filter(fiche__in=list(found), etat__in=states).order_by("pk"):
        found[one.fiche_id][one.champ] = one.valeur
    return found


def count_recues() -> int:
    """How many corrections said by structures wait to be read: 1 query."""
    return CorrectionProposee.objects.filter(etat=CorrectionProposee.Etat.RECUE).count()
