"""Reads of what changed in the public part: versions of the programme, measures, consultations, atlases.

Always what anyone reads, whoever asks. A version is told by the names of its public fields: what they said
before, and since, is for those who read the history; the state of an action alone is told from one to the
other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Min, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from maillage.atlas.lecture.ouvert import read_build_date
from maillage.catalogue.lecture import read_toml
from maillage.francais import mesure_exacte
from maillage.sdaasp.programme.vocabulaire import EtatValeur, StatutDeclinaison, get_libelle
from maillage.web.participation.consultations import queries as consultations
from maillage.web.participation.models import ConsultationPublique, Enquete
from maillage.web.programme import models
from maillage.web.programme.lecture import TABLES, read_version
from maillage.web.programme.visibilite import get_reserves
from maillage.web.publication.flux.parution import GenreDeParution, Parution
from maillage.web.socle.atlas import sign_install, survey
from maillage.web.socle.memoire import Memoire

TUS = frozenset({"non_repris", "ordre"})
"""Fields that say nothing of the programme itself."""
_lues = Memoire(2)


def read_etat() -> tuple[Any, ...]:
    """What changes with what this module reads."""
    reserves = tuple(settings.MAILLAGE_RESERVES)
    return read_version(), consultations.read_version(), sign_install(), timezone.localdate(), reserves


def read_parutions() -> tuple[Parution, ...]:
    """The last ones, newest first; read again only when something was written since."""
    found: tuple[Parution, ...] = _lues.get(read_etat(), list_parutions)
    return found


def list_parutions(since: datetime | None = None) -> tuple[Parution, ...]:
    """What appeared since a date, newest first; without one, the last of each kind. Every atlas, always."""
    found = (*_list_versions(since), *_list_values(since), *_list_targets(since), *_list_asked(since))
    return tuple(sorted((*found, *_list_atlases()), key=lambda one: (one.le, one.cle), reverse=True))


def _cut(rows: Any, since: datetime | None, name: str = "history_date") -> Any:
    """Since a date, else the last ones; newest first."""
    if since is not None:
        return rows.filter(**{f"{name}__gte": since}).order_by(f"-{name}")
    return rows.order_by(f"-{name}")[: read_toml("flux.toml")["flux"]["relues"]]


def _list_versions(since: datetime | None) -> Iterator[Parution]:
    reserves = get_reserves()
    for collection, model in TABLES.items():
        names = [n for n in model.list_champs() if n not in TUS and n not in reserves.get(collection, ())]
        for after, before, present in _list_states(model, since):
            changed = [name for name in names if getattr(after, name) != getattr(before, name, None)]
            if before is None or changed:
                yield _tell_version(present, after, before, changed)


def _list_states(model: type[Any], since: datetime | None) -> Iterator[tuple[Any, Any, Any]]:
    """(version, the one before or null, the object today) of the objects that are still there."""
    past = model.history.filter(cle=OuterRef("cle"), history_id__lt=OuterRef("history_id"))
    last = past.order_by("-history_id").values("history_id")[:1]
    rows = list(_cut(model.history.exclude(history_type="-").annotate(avant=Subquery(last)), since))
    if not rows:
        return
    anyone = AnonymousUser()
    present = {row.cle: row for row in model.objects.filter(cle__in={row.cle for row in rows})}
    before = model.history.in_bulk([row.avant for row in rows if row.avant])
    for row in rows:
        today, older = present.get(row.cle), before.get(row.avant)
        if today is not None and today.is_lisible(anyone):
            yield row, None if older is None or older.history_type == "-" else older, today


def _tell_version(present: Any, after: Any, before: Any, changed: list[str]) -> Parution:
    state = "statut" in changed and before is not None and isinstance(present, models.Declinaison)
    others = [name for name in changed if not (state and name == "statut")]
    named = ", ".join(present.name_champ(name).lower() for name in others)
    said = [f"État : {_tell_state(before)} → {_tell_state(after)}."] if state else []
    said += [f"{'Changé aussi' if state else 'Changé'} : {named}."] if named else []
    kind = GenreDeParution.ETAT if state else GenreDeParution.CHANGEMENT
    return _make(
        present,
        cle=f"{present.SORTE}/{after.history_id}",
        genre=GenreDeParution.AJOUT if before is None else kind,
        le=after.history_date,
        texte="Ajouté au programme." if before is None else " ".join(said),
        champs=() if before is None else tuple(changed),
    )


def _tell_state(row: Any) -> str:
    return get_libelle(StatutDeclinaison(row.statut) if row.statut else None).lower()


def _make(objet: Any, **told: Any) -> Parution:
    """What appears of an object: its name, its page and its place are those of today."""
    bears = objet.perimetre
    places = (one.partition(":") for one in sorted(bears.territoires))
    name = str(objet._meta.verbose_name)  # noqa: SLF001  Django's name
    return Parution(
        titre=f"{name[0].upper()}{name[1:]} : {objet}",
        adresse=objet.get_absolute_url(),
        themes=tuple(sorted(bears.themes)),
        arrondissements=tuple(code for level, _, code in places if level == "arrondissement"),
        **told,
    )


def _list_values(since: datetime | None) -> Iterator[Parution]:
    """Values on the day they were validated; one that is only proposed is not told."""
    valid = models.Valeur.history.filter(etat=EtatValeur.VALIDEE.value).order_by().values("id")
    days = dict(_cut(valid.annotate(le=Min("history_date")), since, "le").values_list("id", "le"))
    rows = models.Valeur.objects.filter(pk__in=days, etat=EtatValeur.VALIDEE.value)
    for row in rows.select_related("indicateur").order_by("pk"):
        said = row.texte or mesure_exacte(row.valeur, row.indicateur.unite)
        yield _make(
            row.indicateur,
            cle=f"valeur/{row.pk}",
            genre=GenreDeParution.MESURE,
            le=days[row.pk],
            texte=f"Valeur validée, au {row.date:%d/%m/%Y} : {said}.",
        )


def _list_targets(since: datetime | None) -> Iterator[Parution]:
    held = _cut(models.Cible.history.exclude(history_type="-"), since)
    days = {row.history_id: row for row in held}
    present = models.Cible.objects.select_related("indicateur").in_bulk({row.id for row in days.values()})
    for number, row in days.items():
        if row.id in present:
            yield _make(
                present[row.id].indicateur,
                cle=f"cible/{number}",
                genre=GenreDeParution.MESURE,
                le=row.history_date,
                texte=f"Cible fixée pour {row.annee}.",
            )


def _list_asked(since: datetime | None) -> Iterator[Parution]:
    """Consultations on the day they open, and on the day their synthesis is public."""
    rows = consultations.list_consultations(AnonymousUser(), timezone.localdate())
    if not rows:
        return
    made = _find_first(ConsultationPublique.history.all())
    told = _find_first(Enquete.history.filter(publiee_le__isnull=False))
    for row, _ in rows:
        opened = timezone.make_aware(datetime.combine(row.enquete.ouvre_le, time()))
        opens = max(opened, made.get(row.pk, opened))
        until = f"{row.intitule}. Vous pouvez répondre jusqu’au {row.enquete.ferme_le:%d/%m/%Y}."
        both = [(f"consultation/{row.pk}", GenreDeParution.CONSULTATION, opens, until)]
        if row.enquete.publiee_le and row.enquete_id in told:
            said = f"{row.intitule}. Ce qui a été dit, et répondu."
            both.append((f"synthese/{row.pk}", GenreDeParution.SYNTHESE, told[row.enquete_id], said))
        for cle, genre, day, texte in both:
            if since is None or day >= since:
                yield _make(row, cle=cle, genre=genre, le=day, texte=texte)


def _find_first(history: Any) -> dict[int, datetime]:
    rows = history.order_by().values("id").annotate(le=Min("history_date"))
    return dict(rows.values_list("id", "le"))


def _list_atlases() -> Iterator[Parution]:
    for folder in survey().dossiers:
        day = read_build_date(folder)
        if not day:
            continue
        built = datetime.fromisoformat(day)
        yield Parution(
            cle=f"atlas/{folder.name}/{built:%Y%m%d%H%M%S}",
            genre=GenreDeParution.ATLAS,
            le=built if timezone.is_aware(built) else timezone.make_aware(built),
            titre=f"Nouvel atlas : {folder.name}",
            texte="Des chiffres plus récents sur les territoires : portraits, cartes, données ouvertes.",
            adresse=f"{reverse('methodes:sources')}?atlas={folder.name}",
        )


def list_last(parutions: Iterable[Parution]) -> list[Parution]:
    """As many as a feed holds."""
    return list(parutions)[: read_toml("flux.toml")["flux"]["entrees"]]
