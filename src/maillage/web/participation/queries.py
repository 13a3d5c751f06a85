"""Reads of signalements: what all may read, what is to be read or answered, who answers, who follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.participation.chiffres import ComptesSignalements, count_year
from maillage.participation.pilotes import REPONDENT, pick_first
from maillage.participation.ressemblance import find_similar
from maillage.participation.signalements import A_LIRE, A_REPONDRE, PUBLICS, ActeSignalement
from maillage.sdaasp.mandats.perimetre import Perimetre
from maillage.web.comptes import secret
from maillage.web.comptes.models import Mandat
from maillage.web.fichiers.models import FichierDonne
from maillage.web.gouvernance.queries import read_reperes
from maillage.web.participation.models import LienDeSuivi, PropositionDeposee, SignalementRecu
from maillage.web.socle.atlas import AtlasOuvert

A = ActeSignalement
SUIVIS = {
    "": "tous",
    "attente": "sans réponse",
    "comite": "devant un comité",
    "reponse": "avec une réponse",
}
_ETATS = {
    "attente": [acte.value for acte in A_REPONDRE],
    "comite": [A.TRANSMETTRE.value],
    "reponse": [A.REPONDRE.value],
}


def list_publics(theme: str = "", territoire: str = "", suivi: str = "") -> QuerySet[SignalementRecu]:
    """What all may read, the newest first, of a theme, an arrondissement, a state (``SUIVIS``)."""
    rows = SignalementRecu.objects.filter(etat__in=_ETATS.get(suivi) or [acte.value for acte in PUBLICS])
    if theme:
        rows = rows.filter(theme=theme)
    if territoire:
        rows = rows.filter(territoire=territoire)
    return rows.order_by("-depose_le", "-pk")


def get_signalement(personne: Any, cle: str) -> SignalementRecu:
    """One that this person may read: public, her own, or hers to treat; for others it does not exist."""
    row = get_object_or_404(SignalementRecu, cle=cle)
    own = personne.is_authenticated and row.auteur_id == personne.pk
    if not (row.is_public or own or row.is_lisible(personne)):
        raise Http404("Ce signalement n’existe pas, ou n’est pas public.")
    return row


def get_a_traiter(personne: Any, cle: str) -> SignalementRecu:
    """One that this person reads again or answers; 404 for others."""
    row = get_object_or_404(SignalementRecu, cle=cle)
    if not row.is_lisible(personne):
        raise Http404("Ce signalement n’existe pas, ou n’est pas public.")
    return row


def get_suivi(jeton: str) -> SignalementRecu:
    """The signalement that a secret link follows; 404 for any other."""
    lien = LienDeSuivi.objects.filter(empreinte=secret.empreinte(jeton)).select_related("signalement").first()
    if lien is None:
        raise Http404("Ce lien ne mène à aucun signalement : vérifiez que vous l’avez copié en entier.")
    return lien.signalement


def find_photo(row: SignalementRecu) -> FichierDonne | None:
    """Its photo; null without one."""
    return FichierDonne.objects.filter(objet=row.cle, retire_le=None).order_by("-pk").first()


def list_communes(atlas: AtlasOuvert | None) -> dict[str, str]:
    """Code → name of the communes of the département, by name; none without an atlas."""
    places = atlas.territoires("commune") if atlas else ()
    return {one.code: one.nom for one in sorted(places, key=lambda one: (one.nom, one.code))}


def find_arrondissement(atlas: AtlasOuvert | None, commune: str) -> str:
    """The code of the arrondissement of a commune; empty when the atlas does not say."""
    found = atlas.territoire("commune", commune) if atlas and commune else None
    return (found.parents.get("arrondissement") or "") if found else ""


def list_pilotes(row: SignalementRecu) -> list[Mandat]:
    """The mandates of today that are asked for an answer, by rule; none when nobody pilots it."""
    return read_mandats().pick(row)


@dataclass(frozen=True)
class MandatsQuiRepondent:
    """The mandates that run today and may answer."""

    mandats: Sequence[Mandat]
    jour: date

    def pick(self, row: SignalementRecu | PropositionDeposee) -> list[Mandat]:
        """Those asked for one signalement, or one proposition."""
        return self.pick_for(row.perimetre)

    def pick_for(self, perimetre: Perimetre) -> list[Mandat]:
        """Those that speak most closely of a perimeter."""
        found = pick_first([m.pouvoir for m in self.mandats], perimetre, self.jour)
        return [self.mandats[rank] for rank in found]


def read_mandats() -> MandatsQuiRepondent:
    """Those of today, in one query."""
    today = timezone.localdate()
    rows = Mandat.objects.filter(role__in=REPONDENT, personne__is_active=True)
    rows = rows.select_related("organisation", "personne").order_by("pk")
    return MandatsQuiRepondent([row for row in rows if row.portee.en_cours(today)], today)


def name_comite(key: str) -> str:
    """The short name of a comité."""
    return read_reperes().name_comite(key)


@dataclass(frozen=True)
class LigneALire:
    """A signalement to read, and those that say nearly the same: (signalement, likeness from 0 to 1)."""

    signalement: SignalementRecu
    semblables: tuple[tuple[SignalementRecu, float], ...]


def list_a_lire(personne: Any) -> QuerySet[SignalementRecu]:
    """What waits to be read, the oldest first; nothing for who does not read."""
    rows = SignalementRecu.objects.filter(etat__in=[acte.value for acte in A_LIRE])
    return (rows if personne.has_perm("participation.moderer") else rows.none()).order_by("depose_le", "pk")


def find_semblables(row: SignalementRecu) -> tuple[tuple[SignalementRecu, float], ...]:
    """Those of the same theme and arrondissement, open or answered, that say nearly the same."""
    rows = SignalementRecu.objects.filter(theme=row.theme, territoire=row.territoire).exclude(pk=row.pk)
    rows = rows.exclude(etat__in=[A.FUSIONNER.value, A.REFUSER.value, A.RETIRER.value]).order_by("pk")
    known = {one.cle: one for one in rows[:500]}
    alike = find_similar(
        row.texte or row.texte_public, ((k, r.texte or r.texte_public) for k, r in known.items())
    )
    return tuple((known[key], score) for key, score in alike[:10])


def list_a_repondre(personne: Any) -> list[SignalementRecu]:
    """What this person is asked to answer by one of her mandates, the oldest first."""
    if not personne.has_perm("participation.repondre"):
        return []
    asked = read_mandats()
    rows = SignalementRecu.objects.filter(etat__in=[acte.value for acte in A_REPONDRE])
    return [
        row
        for row in rows.order_by("depose_le", "pk")
        if any(mandat.personne_id == personne.pk for mandat in asked.pick(row))
    ]


def list_miens(personne: Any) -> QuerySet[SignalementRecu]:
    """What this account has sent, the newest first."""
    return SignalementRecu.objects.filter(auteur=personne).order_by("-depose_le", "-pk")


def count_week(personne: Any, jour: date) -> list[tuple[str, int, int]]:
    """(theme, received, answered) in the seven days up to this one, of what this person may treat."""
    since = jour - timedelta(days=6)
    rows = SignalementRecu.objects.filter(modifie_le__date__gte=since)
    received, answered = Counter[str](), Counter[str]()
    for row in rows:
        if not row.is_lisible(personne):
            continue
        value = row.valeur
        received[row.theme] += since <= row.depose_le <= jour
        closed = value.ferme_le
        answered[row.theme] += bool(value.reponse and closed and since <= closed <= jour)
    keys = [key for key in {*received, *answered} if received[key] or answered[key]]
    return sorted(
        ((k, received[k], answered[k]) for k in keys), key=lambda line: (-line[1], -line[2], line[0])
    )


@dataclass(frozen=True)
class ComptesParPart:
    """Counts of a year for one arrondissement, one theme, or all (both empty)."""

    territoire: str
    theme: str
    comptes: ComptesSignalements


def count_by_part(annee: int, jour: date, noms: Mapping[str, Sequence[str]]) -> list[ComptesParPart]:
    """The whole, then each arrondissement and each theme of ``noms`` (keys ``territoires``, ``themes``)."""
    rows = SignalementRecu.objects.filter(depose_le__year=annee)
    held = [row.valeur for row in rows]
    parts = [ComptesParPart("", "", count_year(held, annee, jour))]
    for place in noms["territoires"]:
        mine = [one for one in held if one.territoire == place]
        parts.append(ComptesParPart(place, "", count_year(mine, annee, jour)))
    for theme in noms["themes"]:
        mine = [one for one in held if one.theme == theme]
        parts.append(ComptesParPart("", theme, count_year(mine, annee, jour)))
    return parts


def tell_data(row: SignalementRecu) -> dict[str, Any]:
    """All that is kept of a signalement, for its author who asks for it."""
    return {
        "signalement": row.cle,
        "recu_le": row.depose_le.isoformat(),
        "theme": row.theme,
        "arrondissement": row.territoire,
        "commune": row.commune,
        "lieu": row.lieu,
        "texte_recu": row.texte,
        "texte_publie": row.texte_public,
        "fois_recu": row.fois,
        "etat": row.get_etat_display(),
        "etapes": [
            {"acte": e.acte.value, "le": e.le.isoformat(), "texte": e.texte} for e in row.valeur.etapes
        ],
        "rappel": [{"moyen": c.moyen, "efface_le": c.efface_le.isoformat()} for c in row.rappels.all()],
        "photo": find_photo(row) is not None,
        "compte": row.auteur_id is not None,
        "versions": [
            {"le": one.history_date.isoformat(), "texte_publie": one.texte_public}
            for one in row.history.order_by("history_date", "history_id")
        ],
    }
