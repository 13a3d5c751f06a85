"""A scenario for who discovers the workshop: one place closes, another opens."""

from __future__ import annotations

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.scenarios.modifications import Fermeture, Ouverture, Scenario, name_places
from maillage.scenarios.veille import watch
from maillage.web.atelier import commands
from maillage.web.atelier.models import ScenarioEnregistre

TYPE = "france_services"


def keep_if_none(atlas: Lecteur) -> ScenarioEnregistre | None:
    """The example, public and of nobody, when no scenario is kept; null when there is one, or no place."""
    if ScenarioEnregistre.objects.exists() or not any(not p.itinerant for p in atlas.implantations(TYPE)):
        return None
    scenario = make_example(atlas)
    return commands.keep_example(scenario, atlas.manifeste.empreinte) if scenario else None


def make_example(atlas: Lecteur) -> Scenario | None:
    """The France services that most would miss closes; one opens in the largest commune without any."""
    feared = watch(atlas.tables, [TYPE])
    served = {place.code_insee for place in atlas.implantations(TYPE)}
    empty = [t for t in atlas.territoires("commune") if t.code not in served and t.population]
    if not feared or not empty:
        return None
    place, where = feared[0], max(empty, key=lambda t: (t.population or 0, t.code))
    new = Ouverture(
        type=TYPE, nom=f"France services de {where.nom}", commune=where.code, horaires="Mo-Fr 09:00-12:00"
    )
    return name_places(
        Scenario(
            nom=f"Exemple : fermer à {place.commune}, ouvrir à {where.nom}",
            description="Un exemple pour découvrir l’atelier : personne ne propose cette fermeture.",
            departement=atlas.manifeste.departement,
            modifications=(Fermeture(lieu=place.id), new),
        )
    )
