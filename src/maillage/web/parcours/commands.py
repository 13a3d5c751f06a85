"""Writes of the legal course: permission asked, atomic, in the history; the rules are asked before each."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.catalogue.departements import list_scales
from maillage.sdaasp.parcours.avis import follow
from maillage.sdaasp.parcours.modele import NatureOrganisme, SuiteReserve
from maillage.sdaasp.programme.echange import export_programme
from maillage.web.comptes.models import Organisation
from maillage.web.parcours import models, queries
from maillage.web.programme.lecture import read_programme
from maillage.web.socle import atlas as atlases
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import commands as suivi

SANS_ATLAS = "Aucun atlas n’est ouvert, qui dirait les intercommunalités : ajoutez-les une par une."


def seed(auteur: Any) -> list[models.OrganismeConsulte]:
    """Every body the law has consulted here that is not listed yet: EPCI of the atlas, région, CTAP."""
    with ecriture(auteur, "parcours.conduire"):
        atlas = atlases.choose(None)
        if atlas is None:
            raise ValidationError(SANS_ATLAS)
        rows = [
            _make_organisme(NatureOrganisme.EPCI, f"epci-{p.code}", p.nom) for p in atlas.territoires("epci")
        ]
        name = list_scales(atlas.manifeste.departement)[0].nom
        rows.append(_make_organisme(NatureOrganisme.REGION, "region", f"Région {name}"))
        rows.append(_make_organisme(NatureOrganisme.CTAP, "ctap", f"CTAP {name}"))
        known = set(models.OrganismeConsulte.objects.values_list("cle", flat=True))
        made = [row for row in rows if row.cle not in known]
        for row in made:
            suivi.create(auteur, row)
    return made


def _make_organisme(nature: NatureOrganisme, key: str, nom: str) -> models.OrganismeConsulte:
    tied = _find_named(Organisation, nom)
    ordre = list(NatureOrganisme).index(nature)
    return models.OrganismeConsulte(
        cle=f"organisme-{key}", nature=nature, nom=nom, ordre=ordre, organisation=tied
    )


def _find_named(model: type[Any], nom: str) -> Any:
    """The row of this name in any case, accents included: a database does not fold them all."""
    return next((row for row in model.objects.order_by("nom") if row.nom.casefold() == nom.casefold()), None)


def add_organisme(auteur: Any, nature: str, nom: str) -> models.OrganismeConsulte:
    """One more body."""
    with ecriture(auteur, "parcours.conduire"):
        if _find_named(models.OrganismeConsulte, nom):
            raise ValidationError({"nom": "Cet organisme est déjà consulté."})
        row = _make_organisme(NatureOrganisme(nature), secrets.token_hex(5), nom)
        suivi.create(auteur, row)
    return row


def ask_again(auteur: Any, row: models.OrganismeConsulte) -> models.OrganismeConsulte:
    """List a body once more, to be asked on a newer text; its first avis stays as it is."""
    with ecriture(auteur, "parcours.conduire", row):
        current = models.OrganismeConsulte.objects.select_for_update().get(pk=row.pk)
        if models.OrganismeConsulte.objects.filter(apres=current).exists():
            raise ValidationError(f"{row.nom} est déjà consulté de nouveau.")
        if not follow(current.valeur, timezone.localdate()).acquis:
            raise ValidationError(f"{row.nom} n’a pas encore donné son avis, ni n’est réputé l’avoir donné.")
        newest = models.TexteSoumis.objects.order_by("numero").last()
        if newest is None or newest.numero <= (current.texte or 0):
            raise ValidationError("Aucune version du texte n’est plus récente que celle qu’il a reçue.")
        first, rank = _find_first(current)
        made = models.OrganismeConsulte(
            cle=f"{first.cle}-{rank}", nature=current.nature, nom=f"{first.nom} ({rank}e consultation)"[:200],
            ordre=current.ordre, organisation=current.organisation, apres=current,
        )  # fmt: skip
        suivi.create(auteur, made, f"Consulté de nouveau, sur la version {newest.numero}")
    return made


def _find_first(row: models.OrganismeConsulte) -> tuple[models.OrganismeConsulte, int]:
    """The first consultation of a body, and the rank of the next one."""
    rank = 2
    while row.apres is not None:
        row, rank = row.apres, rank + 1
    return row, rank


def remove_organisme(auteur: Any, row: models.OrganismeConsulte) -> None:
    """Take out a body that was listed by mistake; one that was asked stays."""
    with ecriture(auteur, "parcours.conduire", row):
        current = models.OrganismeConsulte.objects.select_for_update().get(pk=row.pk)
        if current.saisi_le is not None:
            raise ValidationError(f"{row.nom} a été saisi : son passage reste au dossier.")
        current.delete()


def add_texte(auteur: Any, jour: date, objet: str) -> models.TexteSoumis:
    """Freeze the programme as one more version of the text; asked twice the same, it is there once."""
    with ecriture(auteur, "parcours.conduire"):
        content = export_programme(read_programme())
        digest = hash_content(content)
        last = models.TexteSoumis.objects.select_for_update().order_by("numero").last()
        if last is not None and (last.empreinte, last.arretee_le) == (digest, jour):
            return last
        row = models.TexteSoumis(
            numero=last.numero + 1 if last else 1, arretee_le=jour, objet=objet, contenu=content,
            empreinte=digest,
        )  # fmt: skip
        row.save()
        models.check(models.read_parcours())
    return row


def hash_content(content: Mapping[str, Any]) -> str:
    """SHA-256 of a frozen text: of its JSON with sorted keys, in UTF-8."""
    return hashlib.sha256(write_content(content)).hexdigest()


def write_content(content: Mapping[str, Any]) -> bytes:
    """A frozen text as the bytes that are hashed and carried away."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def refer(
    auteur: Any, rows: Iterable[models.OrganismeConsulte], numero: int, jour: date
) -> list[models.OrganismeConsulte]:
    """Send one version of the text to bodies that have not been asked yet: all of them, or none."""
    with ecriture(auteur, "parcours.conduire"):
        keys = [row.pk for row in rows]
        waiting = models.OrganismeConsulte.objects.select_for_update().filter(pk__in=keys, saisi_le=None)
        champs = {"texte": numero, "saisi_le": jour}
        return [
            suivi.update(auteur, row, row.version, champs, f"Saisi de la version {numero}") for row in waiting
        ]


def correct_referral(
    auteur: Any, row: models.OrganismeConsulte, version: int, champs: Mapping[str, Any]
) -> models.OrganismeConsulte:
    """Another day, version of the text or organisation for one body."""
    with ecriture(auteur, "parcours.conduire", row):
        return suivi.update(auteur, row, version, champs, "Saisine")


def give_avis(
    auteur: Any, row: models.OrganismeConsulte, version: int, champs: Mapping[str, Any],
    reserves: Sequence[str],
) -> models.OrganismeConsulte:  # fmt: skip
    """What a body deliberated; a reserve that keeps its words keeps its answer."""
    held = {one["texte"]: one for one in row.reserves}
    kept = [held.get(text, {"texte": text, "suite": None, "reponse": ""}) for text in dict.fromkeys(reserves)]
    gone = [text for text, one in held.items() if one["suite"] and text not in reserves]
    if gone:
        raise ValidationError(f"« {gone[0]} » a sa réponse : cette réserve reste.")
    return suivi.update(auteur, row, version, {**champs, "reserves": kept}, "Avis")


def answer_reserve(
    auteur: Any, row: models.OrganismeConsulte, version: int, rang: int, suite: SuiteReserve, reponse: str
) -> models.OrganismeConsulte:  # fmt: skip
    """What becomes of one reserve (``rang`` from 0), and why."""
    if not reponse.strip():
        raise ValidationError("Dites pourquoi : l’organisme le lira.")
    if rang >= len(row.reserves):
        raise ValidationError("Cette réserve n’existe plus.")
    reserves = [dict(one) for one in row.reserves]
    reserves[rang] |= {"suite": suite.value, "reponse": reponse.strip()}
    with ecriture(auteur, "parcours.conduire", row):
        return suivi.update(auteur, row, version, {"reserves": reserves}, "Réponse à une réserve")


def change_actes(auteur: Any, version: int, champs: Mapping[str, Any]) -> models.ActesParcours:
    """The approval, the arrêté, publicity, revision; ``version`` 0: none was written yet."""
    with ecriture(auteur, "parcours.conduire"):
        row = models.ActesParcours.objects.select_for_update().first()
        if row is not None:
            return suivi.update(auteur, row, version, champs, "Actes")
        row = models.ActesParcours(cle=models.UNIQUE, **champs)
        suivi.create(auteur, row)
    return row


def record_order(auteur: Any, version: int, champs: Mapping[str, Any]) -> models.ActesParcours:
    """The arrêté of the préfet, by who conducts the course or the direction of the whole département."""
    with ecriture(auteur, "parcours.arreter", queries.get_actes()):
        if not champs["arrete_reference"].strip():
            raise ValidationError({"arrete_reference": "Un arrêté a un numéro : donnez sa référence."})
        row = models.ActesParcours.objects.select_for_update().first()
        if row is None:
            raise ValidationError("L’approbation du conseil départemental n’est pas enregistrée.")
        if row.version != version:
            raise suivi.ConflitVersion(row)
        row.write(champs)
        suivi.save_change(auteur, row, champs, "Arrêté du préfet")
    return row


def add_signataire(auteur: Any, champs: Mapping[str, Any]) -> models.Signataire:
    """One more signatory."""
    row = models.Signataire(cle=f"signataire-{secrets.token_hex(5)}", **champs)
    with ecriture(auteur, "parcours.conduire"):
        suivi.create(auteur, row)
    return row


def change_signataire(
    auteur: Any, row: models.Signataire, version: int, champs: Mapping[str, Any]
) -> models.Signataire:
    """Other words or commitments, the day of the signature."""
    return suivi.update(auteur, row, version, champs, "Signataire")


def remove_signataire(auteur: Any, row: models.Signataire) -> None:
    """Take out a signatory who has not signed."""
    with ecriture(auteur, "parcours.conduire", row):
        current = models.Signataire.objects.select_for_update().get(pk=row.pk)
        if current.signe_le is not None:
            raise ValidationError(f"{row.nom} a signé : sa signature reste au dossier.")
        current.delete()
