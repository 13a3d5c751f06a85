"""Writes of the directory: an import and its undoing, a correction and where it stands, a confirmation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.annuaire.confirmation import CESSATION, FERMETURES
from maillage.annuaire.doublons.paires import order
from maillage.annuaire.fiche import Annuaire, Prestation, Structure
from maillage.annuaire.fusion import FusionAnnuaire, compare
from maillage.annuaire.regles import check
from maillage.web.annuaire.confirmations import CONFIRMATION, confirm_fields, find_faults, keep_confirmed
from maillage.web.annuaire.models import (
    CorrectionProposee,
    CorrespondanceGardee,
    DecisionDoublon,
    EtatAnnuaire,
    FicheTenue,
    ImportAnnuaire,
    LigneImport,
    describe,
)
from maillage.web.annuaire.queries import make_annuaire, read_field
from maillage.web.socle.ecriture import ecriture

IMPORTER, CORRIGER, SUIVRE = "annuaire.importer", "annuaire.corriger", "annuaire.suivre_correction"
REUNIR = "annuaire.reunir"
LOT: Final = 500
COMPARES: Final = ("source", "structure", "contenu", "complement")
GARDES: Final = (
    *COMPARES, "code_insee", "longitude", "latitude", "themes", "vue_le", "disparue_le", "champs_confirmes",
)  # fmt: skip
LISTES: Final = {"structure": "structures", "prestation": "services"}
SUITES: Final = {
    CorrectionProposee.Etat.RECUE: {"proposee", "refusee"},
    CorrectionProposee.Etat.PROPOSEE: {"envoyee", "prise_en_compte", "refusee"},
    CorrectionProposee.Etat.ENVOYEE: {"prise_en_compte", "refusee"},
}


@dataclass(frozen=True)
class FichierLu:
    """What a file gave, and what tells it from another: its name, its format, its SHA-256.

    ``fautes``: what was refused of it, in words; with any, nothing is taken for vanished: a record that is
    not in what was read may be among what was refused. ``entier``: whether it holds all that its sources
    give; a part of a list never makes the rest vanish either. ``departement``: the only one that it is of.
    """

    annuaire: Annuaire
    nom: str
    format: str
    empreinte: str
    fautes: tuple[str, ...] = ()
    entier: bool = True
    departement: str | None = None


def try_import(lu: FichierLu) -> FusionAnnuaire:
    """What importing a file would change; writes nothing."""
    return _compare(lu)[0]


def import_annuaire(auteur: Any, lu: FichierLu) -> tuple[ImportAnnuaire, FusionAnnuaire]:
    """Write a file in the directory, once and whole; the same file again changes nothing.

    Two imports at once go one after the other. ``auteur`` null is the command line.
    """
    with ecriture(auteur, IMPORTER if auteur is not None else None):
        set_mark()
        found, held = _compare(lu)
        row = ImportAnnuaire.objects.create(
            auteur=auteur,
            fichier=lu.nom[:200],
            format=lu.format,
            empreinte=lu.empreinte,
            sources=sorted(_sources(lu.annuaire)),
            comptes=found.comptes,
            fautes=list(lu.fautes),
        )
        _write(row, lu, found, held)
        _close_corrections(list(found.changees))
    return row, found


Rows = dict[tuple[str, str], FicheTenue]


def _compare(lu: FichierLu) -> tuple[FusionAnnuaire, Rows]:
    """What differs, and the rows held of these sources or under these ids."""
    held = _read_held(lu.annuaire, dict(list_given(lu.annuaire)))
    found = compare(
        make_annuaire(held.values()),
        lu.annuaire,
        entier=lu.entier and not lu.fautes,
        absentes={key for key, row in held.items() if row.disparue_le is not None},
        departement=lu.departement,
    )
    return found, held


def list_given(annuaire: Annuaire) -> Iterable[tuple[tuple[str, str], Structure | Prestation]]:
    """Each record with its (kind, id)."""
    yield from ((("structure", one.id), one) for one in annuaire.structures)
    yield from ((("prestation", one.id), one) for one in annuaire.prestations)


def _sources(annuaire: Annuaire) -> set[str]:
    return {one.source for _, one in list_given(annuaire)}


def _read_held(annuaire: Annuaire, given: dict[tuple[str, str], Any]) -> Rows:
    rows = {
        (row.sorte, row.ident): row
        for row in FicheTenue.objects.filter(source__in=_sources(annuaire)).order_by("pk")
    }
    missing = [ident for sorte, ident in given if (sorte, ident) not in rows]
    for start in range(0, len(missing), LOT):
        others = FicheTenue.objects.filter(ident__in=missing[start : start + LOT]).order_by("pk")
        rows |= {(row.sorte, row.ident): row for row in others if (row.sorte, row.ident) in given}
    return rows


def _write(imported: ImportAnnuaire, lu: FichierLu, found: FusionAnnuaire, held: Rows) -> None:
    today = timezone.localdate()
    given = dict(list_given(lu.annuaire))
    new = [
        FicheTenue(
            sorte=key[0], ident=key[1], vue_le=today,
            **describe(given[key], lu.annuaire.complements.get(key[1])),
        )
        for key in found.nouvelles
    ]  # fmt: skip
    made = FicheTenue.objects.bulk_create(new, batch_size=LOT)
    lines = [LigneImport(imported=imported, fiche=row) for row in made]
    changed = []
    for key in (*found.changees, *found.reparues, *found.disparues):
        row = held[key]
        lines.append(LigneImport(imported=imported, fiche=row, avant=keep(row)))
        if key in given:
            told = describe(given[key], lu.annuaire.complements.get(key[1]))
            _set(row, told | {"disparue_le": None, "champs_confirmes": keep_confirmed(row, told)})
        else:
            row.disparue_le = today
        changed.append(row)
    LigneImport.objects.bulk_create(lines, batch_size=LOT)
    FicheTenue.objects.bulk_update(changed, [n for n in GARDES if n != "vue_le"], batch_size=LOT)
    seen = [row.pk for key, row in held.items() if key in given]
    for start in range(0, len(seen), LOT):
        FicheTenue.objects.filter(pk__in=seen[start : start + LOT]).update(vue_le=today)


def keep(row: FicheTenue) -> dict[str, Any]:
    """A record as an import keeps it, in JSON."""
    kept = {name: getattr(row, name) for name in GARDES}
    return kept | {name: kept[name] and kept[name].isoformat() for name in ("vue_le", "disparue_le")}


def _set(row: FicheTenue, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _close_corrections(changed: Sequence[tuple[str, str]]) -> None:
    """A correction that its source has taken is closed: the source now says the same."""
    idents = {ident for _, ident in changed}
    rows = CorrectionProposee.objects.filter(etat__in=["recue", "proposee", "envoyee"]).select_related(
        "fiche"
    )
    for one in rows.order_by("pk"):
        if (
            one.fiche.ident in idents
            and one.champ != CESSATION
            and read_field(one.fiche, one.champ) == one.valeur
        ):
            one.etat = CorrectionProposee.Etat.PRISE_EN_COMPTE
            one.save()


def undo_import(auteur: Any, row: ImportAnnuaire) -> None:
    """Give back what an import changed; what it brought is marked vanished.

    Only the last one that stands of its sources: what came after it was built on it.
    """
    with ecriture(auteur, IMPORTER if auteur is not None else None):
        set_mark()
        row.refresh_from_db()
        if row.annule_le is not None:
            raise ValidationError("Cet import est déjà défait.")
        later = ImportAnnuaire.objects.filter(pk__gt=row.pk, annule_le=None).order_by("pk")
        if any(set(one.sources) & set(row.sources) for one in later):
            raise ValidationError("Un import plus récent des mêmes sources est à défaire d’abord.")
        for line in row.lignes.select_related("fiche").order_by("pk"):
            line.apres = keep(line.fiche)
            line.save(update_fields=["apres"])
            if line.avant is None:
                line.fiche.disparue_le = timezone.localdate()
            else:
                _set(line.fiche, line.avant)
            line.fiche.save()
        row.annule_le = timezone.now()
        row.save()


def keep_correspondance(auteur: Any, nom: str, contenu: dict[str, Any]) -> CorrespondanceGardee:
    """Keep how somebody's table is described, under a name; one of that name is replaced."""
    with ecriture(auteur, IMPORTER):
        told = {"contenu": contenu, "auteur": auteur}
        return CorrespondanceGardee.objects.update_or_create(nom=nom, defaults=told)[0]


def forget_correspondance(auteur: Any, row: CorrespondanceGardee) -> None:
    """Forget it."""
    with ecriture(auteur, IMPORTER):
        row.delete()


def correct(auteur: Any, fiche: FicheTenue, champ: str, valeur: Any, motif: str = "") -> CorrectionProposee:
    """Say what a field should hold: shown over its source's value, and a task towards the source.

    A value that the schema refuses is refused, with its words; a former proposal on the field is replaced.
    """
    if faults := find_refusals(fiche, champ, valeur):
        raise ValidationError(faults)
    return _correct(auteur, fiche, {champ: valeur}, motif)[0]


def correct_all(
    auteur: Any, fiche: FicheTenue, values: Mapping[str, Any], motif: str = ""
) -> list[CorrectionProposee]:
    """Several fields at once, all or none.

    Raises:
        ValidationError: by field, everything that the schema refuses.
    """
    faults = {champ: told for champ, value in values.items() if (told := find_refusals(fiche, champ, value))}
    if faults:
        raise ValidationError(faults)
    return _correct(auteur, fiche, values, motif) if values else []


def find_refusals(fiche: FicheTenue, champ: str, valeur: Any) -> list[str]:
    """Why a field cannot hold a value, in words; empty when it can."""
    if champ == FERMETURES:
        return [] if valeur is None else find_faults(valeur)
    if champ not in fiche.contenu or champ in {"id", "source", "structure_id", "date_maj"}:
        return ["Ce champ ne se corrige pas."]
    if fiche.contenu[champ] == valeur:
        return ["C’est déjà ce que dit la source."]
    told = fiche.contenu | {champ: valeur}
    return [str(one) for one in check(LISTES[fiche.sorte], told) if one.colonne == champ]


def _correct(
    auteur: Any, fiche: FicheTenue, values: Mapping[str, Any], motif: str
) -> list[CorrectionProposee]:
    with ecriture(auteur, CORRIGER):
        set_mark()
        fiche.corrections.filter(champ__in=values, etat=CorrectionProposee.Etat.PROPOSEE).delete()
        return [
            CorrectionProposee.objects.create(
                fiche=fiche, champ=champ, valeur=value, motif=motif, auteur=auteur,
                proposee_le=timezone.localdate(), canal=find_canal(fiche),
            )
            for champ, value in values.items()
        ]  # fmt: skip


def find_canal(fiche: FicheTenue) -> str:
    """How the source is told: the link of the record, else its mail; empty when neither."""
    return str(fiche.contenu.get("lien_source") or fiche.contenu.get("courriel") or "")[:300]


def move_correction(auteur: Any, row: CorrectionProposee, etat: str) -> None:
    """Say where a correction stands towards its source."""
    if etat not in SUITES.get(CorrectionProposee.Etat(row.etat), set()):
        raise ValidationError("Cette correction est close, ou ne revient pas en arrière.")
    with ecriture(auteur, SUIVRE):
        set_mark()
        if row.etat == CorrectionProposee.Etat.RECUE and etat == CorrectionProposee.Etat.PROPOSEE:
            _take_in(row)
        row.etat = etat
        row.save()


def _take_in(row: CorrectionProposee) -> None:
    """What a structure said is read and shown: it replaces what we said, and the field holds as of then."""
    row.fiche.corrections.filter(champ=row.champ, etat=CorrectionProposee.Etat.PROPOSEE).delete()
    if row.champ != CESSATION:
        confirm_fields(row.fiche, [row.champ], row.proposee_le)
        row.fiche.save(update_fields=CONFIRMATION)


def confirm(auteur: Any, fiche: FicheTenue) -> None:
    """Say that a record still holds, today."""
    with ecriture(auteur, CORRIGER):
        set_mark()
        fiche.confirmee_le = timezone.localdate()
        fiche.save(update_fields=["confirmee_le"])


def decide(
    auteur: Any, answers: Mapping[tuple[str, str], str], motifs: Mapping[tuple[str, str], str] | None = None
) -> list[tuple[str, str]]:
    """Answer whether pairs of structures (ids) are one place; the pairs that somebody had answered meanwhile.

    Those are left as they are. What was put off until later is answered as if nothing had been said.

    Raises:
        ValidationError: a structure that is not in the directory, or twice the same; nothing is written.
    """
    told = {order(*pair): DecisionDoublon.Reponse(answer) for pair, answer in answers.items()}
    why = {order(*pair): motif for pair, motif in (motifs or {}).items()}
    with ecriture(auteur, REUNIR):
        set_mark("marque_lieux")
        _check_structures(told)
        held = _read_decisions(told)
        late = [
            pair
            for pair, row in held.items()
            if row.reponse not in {DecisionDoublon.Reponse.PLUS_TARD, told[pair]}
        ]
        for pair, answer in told.items():
            if pair not in late:
                _say(auteur, held.get(pair), pair, answer, why.get(pair, ""))
    return late


def set_apart(auteur: Any, ident: str, others: Iterable[str], motif: str = "") -> None:
    """Say that a structure is not the place of others with which it is joined."""
    told = {order(ident, other) for other in others}
    with ecriture(auteur, REUNIR):
        set_mark("marque_lieux")
        _check_structures(told)
        held = _read_decisions(told)
        for pair in sorted(told):
            _say(auteur, held.get(pair), pair, DecisionDoublon.Reponse.AUTRE, motif)


def withdraw_decision(auteur: Any, row: DecisionDoublon) -> None:
    """Take back what was said of two structures: groups are again what weights alone make of them."""
    with ecriture(auteur, REUNIR):
        set_mark("marque_lieux")
        row.delete()


def _check_structures(pairs: Iterable[tuple[str, str]]) -> None:
    asked = {ident for pair in pairs for ident in pair}
    known = set(FicheTenue.objects.filter(sorte="structure", ident__in=asked).values_list("ident", flat=True))
    if unknown := sorted(asked - known):
        raise ValidationError([f"La structure « {ident} » n’est pas dans l’annuaire." for ident in unknown])
    if any(one == other for one, other in pairs):
        raise ValidationError("Une fiche ne se compare pas à elle-même.")


def _read_decisions(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], DecisionDoublon]:
    asked = set(pairs)
    rows = DecisionDoublon.objects.filter(premiere__in={one for one, _ in asked}).order_by("pk")
    return {(row.premiere, row.seconde): row for row in rows if (row.premiere, row.seconde) in asked}


def _say(auteur: Any, row: DecisionDoublon | None, pair: tuple[str, str], answer: str, motif: str) -> None:
    row = row or DecisionDoublon(premiere=pair[0], seconde=pair[1])
    row.reponse, row.motif, row.auteur, row.dite_le = answer, motif.strip()[:500], auteur, timezone.now()
    row.save()


def set_mark(name: str = "marque") -> None:
    """Another mark for the directory; whoever writes meanwhile waits for this transaction."""
    state, _ = EtatAnnuaire.objects.get_or_create(pk=1)
    EtatAnnuaire.objects.filter(pk=state.pk).update(**{name: uuid4().hex})
