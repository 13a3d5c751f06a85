"""Who is who: the mandates that run and the partners without an account, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.catalogue.noms import plier
from maillage.web.comptes.models import Mandat
from maillage.web.partenaires.models import ContactMontre, Partenaire


@dataclass(frozen=True)
class LigneQui:
    """One role of one organisation. ``theme`` and ``territoire``: keys, blank for all.

    ``nom``: the person's, blank unless she agreed; ``contact``: what she agreed to show, or the service's.
    ``fin``: last day of the mandate, null for none. ``partenaire``: key of one without account, else 0.
    """

    organisation: str
    role: str
    theme: str
    territoire: str
    nom: str = ""
    contact: tuple[str, ...] = ()
    fin: date | None = None
    partenaire: int = 0


def list_lignes(jour: date, theme: str = "", territoire: str = "", texte: str = "") -> list[LigneQui]:
    """The lines that bear on a theme and a place (those on all of them do), by organisation: 3 queries."""
    shown = {contact.personne_id: contact for contact in ContactMontre.objects.all()}
    mandats = Mandat.objects.select_related("organisation", "personne").filter(personne__is_active=True)
    held = [_read_mandat(m, shown) for m in mandats if m.portee.en_cours(jour)]
    held += [_read_partenaire(p) for p in Partenaire.objects.select_related("organisation")]
    words = plier(texte).split()
    kept = (
        line for line in held
        if (not theme or line.theme in ("", theme))
        and (not territoire or line.territoire in ("", territoire))
        and all(word in plier(f"{line.organisation} {line.role} {line.nom}") for word in words)
    )  # fmt: skip
    return sorted(kept, key=lambda line: (plier(line.organisation), line.role, line.theme, line.territoire))


def _read_mandat(mandat: Mandat, shown: dict[int, ContactMontre]) -> LigneQui:
    contact = shown.get(mandat.personne_id)
    told = (contact.fonction, contact.courriel, contact.telephone) if contact else ()
    return LigneQui(
        organisation=str(mandat.organisation),
        role=mandat.get_role_display(),
        theme=mandat.theme,
        territoire=mandat.territoire.removeprefix("arrondissement:"),
        nom=mandat.personne.get_full_name() if contact else "",
        contact=tuple(part for part in told if part),
        fin=mandat.fin,
    )


def _read_partenaire(row: Partenaire) -> LigneQui:
    return LigneQui(
        organisation=str(row.organisation),
        role=row.attributions,
        theme=row.theme,
        territoire=row.territoire,
        contact=(row.contact,) if row.contact else (),
        partenaire=row.pk,
    )
