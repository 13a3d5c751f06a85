"""Writes of the draft: an AFOM item, an enjeu, an objective or an amendment, each tied to its paroles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.sdaasp.elaboration.paroles import ActeParole, EtapeParole
from maillage.sdaasp.elaboration.projet import CHAMPS, add_words, tell_evidence
from maillage.sdaasp.programme.echange import to_plain
from maillage.web.elaboration.commands import keep_links, lock_paroles
from maillage.web.elaboration.models import Parole
from maillage.web.programme import models as programme
from maillage.web.programme.afom.commands import create_item
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.conversion import to_value
from maillage.web.programme.fiches.commands import create_objectif
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi

REVISION = "Une révision change un schéma qui existe : proposez un amendement de la fiche."


@dataclass(frozen=True, slots=True)
class Retenue:
    """What paroles led to: its key, the words written (empty: it was there), the amendment (null: none)."""

    objet: str
    redaction: str
    amendement: int | None = None


def put_in_afom(auteur: Any, versions: Mapping[str, int], champs: Mapping[str, Any], motif: str) -> Retenue:
    """A new item of an AFOM matrix (``champs``: arrondissement, theme, nature, texte, enjeu)."""
    with ecriture(auteur):
        rows = lock_paroles(auteur, versions)
        said = tell_evidence(str(row.evenement or "") for row in rows)
        proof = {"nature": "temoignage", "texte": said, "chiffre": None}
        item = create_item(auteur, {**champs, "preuves": [proof]})
        return _tie(auteur, rows, Retenue(item.cle, item.texte), motif)


def put_in_objectif(
    auteur: Any, versions: Mapping[str, int], fiche: str, libelle: str, motif: str
) -> Retenue:
    """A new priority objective of a fiche; a revision proposes amendments instead."""
    with ecriture(auteur):
        rows = lock_paroles(auteur, versions)
        if any(row.elaboration.is_revision for row in rows):
            raise ValidationError(REVISION)
        sheet = get_object_or_404(programme.FicheAction, cle=fiche)
        draft = programme.ObjectifPrioritaire(fiche=sheet.cle, ordre=1, cle="nouveau")
        op = create_objectif(auteur, draft, {"libelle": libelle.strip()})
        return _tie(auteur, rows, Retenue(op.cle, op.libelle), motif)


def put_in_text(
    auteur: Any, versions: Mapping[str, int], sorte: str, cle: str, ajout: tuple[str, str], motif: str
) -> Retenue:
    """Words (``ajout``: field, text) into a fiche or an objective: proposed as an amendment.

    While a schema is being made, an enjeu is written at once by whoever may change the fiche.
    """
    champ, texte = ajout
    if champ not in CHAMPS.get(sorte, {}):
        raise ValidationError("On ne porte pas de parole dans ce champ.")
    with ecriture(auteur):
        rows = lock_paroles(auteur, versions)
        objet = get_object_or_404(programme.SORTES[sorte], cle=cle)
        with as_validation():
            value = add_words(champ, to_plain(to_value(objet))[champ], texte)
        making = not any(row.elaboration.is_revision for row in rows)
        if making and champ == "enjeux" and auteur.has_perm(objet.MODIFIER, objet):
            suivi.update(auteur, objet, objet.version, {champ: value}, motif)
            kept = Retenue(objet.cle, texte.strip())
        else:
            proposed = propose_amendement(auteur, objet, {champ: value}, motif)
            kept = Retenue(objet.cle, texte.strip(), proposed.pk)
        return _tie(auteur, rows, kept, motif)


def tie(auteur: Any, versions: Mapping[str, int], cle: str, motif: str) -> Retenue:
    """Tie paroles to what the programme holds already: an AFOM item, a fiche, an objective."""
    with ecriture(auteur):
        rows = lock_paroles(auteur, versions)
        kinds = (programme.ItemAfom, programme.FicheAction, programme.ObjectifPrioritaire)
        found = next((row for kind in kinds for row in kind.objects.filter(cle=cle)), None)
        if found is None:
            raise ValidationError("Le programme ne contient rien de tel.")
        return _tie(auteur, rows, Retenue(found.cle, ""), motif)


def _tie(auteur: Any, rows: Sequence[Parole], kept: Retenue, motif: str) -> Retenue:
    step = EtapeParole(
        acte=ActeParole.RETENIR, le=timezone.localdate(), par=str(auteur), motif=motif, objet=kept.objet,
        redaction=kept.redaction, amendement=kept.amendement,
    )  # fmt: skip
    keep_links(auteur, rows, step)
    return kept
