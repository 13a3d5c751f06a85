"""Lines for who discovers the application: accepted, refused, asked about, at odds; invented, and said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from maillage.catalogue.complements import AJOUT, FERME
from maillage.web.complements import commands
from maillage.web.complements.commands import ACCEPTER, DEMANDER, REFUSER, Attestation, ChampDit
from maillage.web.complements.fichier import SiteDit, make_added, make_known
from maillage.web.complements.lieux import LieuConnu, search
from maillage.web.complements.models import ComplementPropose
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.programme.noms import list_portees
from maillage.web.socle.atlas import AtlasOuvert

TYPE: Final = "france_services"
VOISINE: Final = "Intercommunalité d’exemple (jeu d’essai)"
SOURCE: Final = "Exemple inventé, pour montrer"


def keep_if_none(atlas: AtlasOuvert, jour: date) -> int:
    """The example, where no line is kept; how many lines, 0 without the accounts or the places it wants."""
    role = Mandat.Role
    partner, chief = (_find_account(one) for one in (role.PARTENAIRE, role.CHARGE_MISSION))
    places = [one for one in search(atlas, TYPE, "") if one.base["horaires"]]
    if ComplementPropose.objects.exists() or partner is None or chief is None or len(places) < 4:
        return 0
    own = partner.mandats_en_cours[0].organisation
    other = commands.join_example(partner, VOISINE)
    partner = Personne.objects.get(pk=partner.pk)
    checked = jour - timedelta(days=20)
    rows = _propose(atlas, partner, places, [Attestation(one, SOURCE, "", checked) for one in (own, other)])
    _decide(chief, rows)
    return len(rows)


def _find_account(role: Mandat.Role) -> Personne | None:
    held = Mandat.objects.filter(personne__demonstration=True, role=role).select_related("personne")
    first = held.order_by("pk").first()
    return first.personne if first else None


def _propose(
    atlas: AtlasOuvert, partner: Personne, places: Sequence[LieuConnu], attestations: Sequence[Attestation]
) -> list[ComplementPropose]:
    themes = list_portees().get("theme", {})
    own, other = attestations
    site = SiteDit(None, commands.make_ajout(), places[0].lieu.code_insee or "")
    added = (TYPE, "Permanence d’exemple (jeu d’essai)")
    said = {AJOUT: site.commune, "horaires": "Tu 14:00-17:00"}
    lines: list[ChampDit] = [
        make_known(places[0], themes, "horaires", "Mo-Fr 09:00-12:00; Sa 09:00-12:00"),
        make_known(places[1], themes, FERME, (own.verifie_le - timedelta(days=30)).isoformat()),
        make_known(places[2], themes, "capacite", "4800"),
        make_known(places[3], themes, "delai_jours", "21"),
        *(make_added(atlas, themes, site, added, champ, value) for champ, value in said.items()),
    ]
    rival = make_known(places[3], themes, "delai_jours", "35")
    return [*commands.propose(partner, lines, own), *commands.propose(partner, [rival], other)]


def _decide(chief: Personne, rows: Sequence[ComplementPropose]) -> None:
    """Hours and the added place accepted, the closure refused, a capacity asked about; two wait, at odds."""
    hours, closed, capacity, _, place, when, _ = rows
    for row in (hours, place, when):
        commands.decide(chief, row, row.version, ACCEPTER)
    why = "Le guichet est en travaux jusqu’à la fin du mois, il rouvre : ce n’est pas une fermeture."
    commands.decide(chief, closed, closed.version, REFUSER, why)
    asked = "Est-ce le nombre de visites par an, comme pour les autres lieux ?"
    commands.decide(chief, capacity, capacity.version, DEMANDER, asked)
