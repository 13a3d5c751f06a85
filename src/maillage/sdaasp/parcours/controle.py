"""What the dates of a course may not say: an act before what it rests on. Everything wrong, at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from maillage.catalogue.erreurs import Faute
from maillage.sdaasp.parcours.avis import follow
from maillage.sdaasp.parcours.etapes import NOMS
from maillage.sdaasp.parcours.modele import Consultation, NatureOrganisme, Parcours, SensAvis


def list_faults(parcours: Parcours) -> tuple[Faute, ...]:
    """Every contradiction; empty when the course may be kept.

    ``fichier`` is null; ``colonne`` is the field to change.
    """
    return (
        *_check_texts(parcours),
        *(fault for one in parcours.consultations for fault in _check_one(one, parcours)),
        *_check_order(parcours),
        *_check_acts(parcours),
    )


def list_to_come(parcours: Parcours, jour: date) -> tuple[Faute, ...]:
    """The acts said to have taken place after ``jour``: a course keeps what was done, not what is hoped.

    >>> [str(fault) for fault in list_to_come(Parcours(revise_le=date(2026, 1, 2)), date(2026, 1, 1))]
    ['colonne « revise_le » : la révision : le 02/01/2026 n’est pas encore passé']
    """
    found = [
        Faute(f"{what} : le {day:%d/%m/%Y} n’est pas encore passé", colonne=field)
        for what, field, day in _list_days(parcours)
        if day is not None and day > jour
    ]
    return tuple(found)


def _list_days(parcours: Parcours) -> Iterator[tuple[str, str, date | None]]:
    for text in parcours.textes:
        yield f"version {text.numero} du texte", "arretee_le", text.arretee_le
    for one in parcours.consultations:
        yield f"{one.nom}, saisine", "saisi_le", one.saisi_le
        yield f"{one.nom}, délibération", "delibere_le", one.delibere_le
    for what, field, act in (
        ("l’approbation", "approbation", parcours.approbation),
        ("l’arrêté", "arrete", parcours.arrete),
    ):
        yield what, field, act.le if act else None
    for signature in parcours.signatures:
        yield f"signature de {signature.nom}", "signe_le", signature.signe_le
    yield "la mise en ligne", "en_ligne_le", parcours.publicite.en_ligne_le
    yield "la liste des services", "services_le", parcours.publicite.services_le
    yield "la révision", "revise_le", parcours.revise_le


def list_reservations(parcours: Parcours) -> tuple[str, ...]:
    """What the law does not forbid and a reader should know: reserves without answer, a text changed since.

    >>> from maillage.sdaasp.parcours.modele import ReserveAvis
    >>> asked = Consultation(
    ...     cle="a", nom="CC A", nature=NatureOrganisme.EPCI, saisi_le=date(2026, 1, 1),
    ...     delibere_le=date(2026, 2, 1), avis=SensAvis.DEFAVORABLE, reserves=(ReserveAvis(texte="Peu"),))
    >>> list_reservations(Parcours(consultations=(asked,)))
    ('CC A : 1 réserve sur 1 sans réponse',)
    """
    return (*_tell_unanswered(parcours), *_tell_changed(parcours), *_tell_early(parcours))


def _tell_unanswered(parcours: Parcours) -> Iterator[str]:
    for one in parcours.consultations:
        waiting = sum(reserve.suite is None for reserve in one.reserves)
        if waiting:
            total = len(one.reserves)
            yield f"{one.nom} : {waiting} réserve{'s' if waiting > 1 else ''} sur {total} sans réponse"


def _tell_changed(parcours: Parcours) -> Iterator[str]:
    act = parcours.approbation
    if act is None:
        return
    for one in parcours.consultations:
        again = parcours.find_last(one)
        if one.saisi_le is not None and act.version not in (one.version, again.version):
            yield f"{one.nom} : consulté sur la version {one.version}, la version {act.version} est approuvée"


def _check_texts(parcours: Parcours) -> Iterator[Faute]:
    numbers = [text.numero for text in parcours.textes]
    if numbers != list(range(1, len(numbers) + 1)):
        yield Faute("les versions du texte se numérotent 1, 2, 3… sans trou", colonne="numero")
    for before, after in pairwise(parcours.textes):
        if after.arretee_le < before.arretee_le:
            what = (
                f"la version {after.numero} ({after.arretee_le:%d/%m/%Y}) précède la version {before.numero}"
            )
            yield Faute(f"{what} ({before.arretee_le:%d/%m/%Y})", colonne="arretee_le")


def _check_one(one: Consultation, parcours: Parcours) -> Iterator[Faute]:
    texts = {text.numero: text.arretee_le for text in parcours.textes}
    asked, said = one.saisi_le, one.delibere_le
    if asked is not None and one.version not in texts:
        yield Faute(f"{one.nom} : la version {one.version} du texte n’existe pas", colonne="version")
    elif asked is not None and asked < texts[one.version]:
        what = f"{one.nom} : saisi le {asked:%d/%m/%Y}, avant que le texte soit arrêté"
        yield Faute(f"{what} ({texts[one.version]:%d/%m/%Y})", colonne="saisi_le")
    yield from _check_again(one, parcours)
    if (said is None) != (one.avis is None):
        yield Faute(f"{one.nom} : un avis va avec le jour de sa délibération", colonne="delibere_le")
    if said is not None and (asked is None or said < asked):
        yield Faute(f"{one.nom} : délibère le {said:%d/%m/%Y}, avant d’être saisi", colonne="delibere_le")
    if one.reserves and one.avis not in (SensAvis.RESERVES, SensAvis.DEFAVORABLE):
        yield Faute(f"{one.nom} : des réserves sans avis avec réserves ni défavorable", colonne="reserves")


def _check_again(one: Consultation, parcours: Parcours) -> Iterator[Faute]:
    """A body is asked again on a newer text, once its first avis is given or deemed given."""
    before = next((other for other in parcours.consultations if other.cle == one.apres), None)
    if not one.apres or one.saisi_le is None:
        return
    if before is None or before.saisi_le is None:
        yield Faute(f"{one.nom} : il n’avait pas été saisi une première fois", colonne="saisi_le")
    elif one.version <= before.version:
        what = f"{one.nom} : la version {one.version} n’est pas plus récente que la version {before.version}"
        yield Faute(what, colonne="version", que_faire="Arrêtez d’abord une nouvelle version du texte.")
    elif not follow(before, one.saisi_le).acquis:
        yield Faute(f"{one.nom} : saisi de nouveau avant son premier avis", colonne="saisi_le")


def _check_order(parcours: Parcours) -> Iterator[Faute]:
    """The EPCI come first: nobody else is asked before the last of them has given, or is deemed to have."""
    first = [one for one in parcours.list_natures(NatureOrganisme.EPCI) if not one.apres]
    for one in parcours.list_natures(NatureOrganisme.REGION, NatureOrganisme.CTAP):
        if one.saisi_le is None:
            continue
        if not first:
            yield Faute(f"{one.nom} : saisi sans qu’aucun EPCI ne soit consulté", colonne="saisi_le")
        late = [epci.nom for epci in first if not follow(epci, one.saisi_le).acquis]
        if late:
            what = (
                f"{one.nom} : saisi le {one.saisi_le:%d/%m/%Y}, quand l’avis de {_name(late)} manque encore"
            )
            yield Faute(what, colonne="saisi_le", que_faire="Les EPCI donnent leur avis d’abord.")


def _check_acts(parcours: Parcours) -> Iterator[Faute]:
    act, order = parcours.approbation, parcours.arrete
    if act is not None:
        late = [one.nom for one in parcours.list_due(*NatureOrganisme) if not follow(one, act.le).acquis]
        missing = [NOMS[nature] for nature in NatureOrganisme if not parcours.list_natures(nature)]
        if missing:
            yield Faute(f"approuvé sans consulter {', '.join(missing)}", colonne="approbation")
        if late:
            yield Faute(
                f"approuvé le {act.le:%d/%m/%Y}, quand l’avis de {_name(late)} manque encore",
                colonne="approbation",
                que_faire="Attendez l’avis, ou le jour où il est réputé donné.",
            )
        if act.version not in {text.numero for text in parcours.textes}:
            yield Faute(f"la version {act.version} du texte n’existe pas", colonne="approbation")
    if order is not None and (act is None or order.le < act.le):
        yield Faute(f"arrêté le {order.le:%d/%m/%Y}, avant l’approbation", colonne="arrete")
    if order is not None and act is not None and order.version != act.version:
        what = f"l’arrêté porte sur la version {order.version}, la version {act.version} est approuvée"
        yield Faute(what, colonne="arrete")


def _tell_early(parcours: Parcours) -> Iterator[str]:
    order = parcours.arrete
    days: dict[str, date | None] = {f"signature de {s.nom}": s.signe_le for s in parcours.signatures}
    days["mise en ligne"] = parcours.publicite.en_ligne_le
    days["liste des services"] = parcours.publicite.services_le
    for what, day in days.items():
        if day is not None and (order is None or day < order.le):
            yield f"{what} le {day:%d/%m/%Y}, avant l’arrêté du préfet"


def _name(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} et de {len(names) - 1} autres"
