"""Reads of plans kept elsewhere."""

from __future__ import annotations

from maillage.sdaasp.programme.demarches import NouvelleDemarche, PlanExterne, list_nouvelles
from maillage.web.programme import models
from maillage.web.programme.conversion import to_value

PAR_DEMARCHE = 2


def list_nouvelles_citees(fiche: models.FicheAction) -> list[tuple[PlanExterne, NouvelleDemarche]]:
    """(plan, news) of the plans that a fiche cites, the newest first, two a plan; one query or none."""
    cited = {link["cible"] for link in fiche.demarches if link["cible"]}
    if not cited:
        return []
    plans = [to_value(row) for row in models.PlanExterne.objects.filter(cle__in=cited)]
    found = [(plan, news) for plan in plans for news in list_nouvelles(plan)[:PAR_DEMARCHE]]
    return sorted(found, key=lambda pair: pair[1].le, reverse=True)


def list_citing(cle: str) -> list[models.FicheAction]:
    """The fiches that cite a plan, in their order."""
    rows = models.FicheAction.objects.all()
    return [row for row in rows if any(link["cible"] == cle for link in row.demarches)]
