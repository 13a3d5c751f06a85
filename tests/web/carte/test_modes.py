"""The way of travel: offered for any service whose atlas holds it, said where it holds one."""

import pytest

from maillage.atlas.lecture.definitions import Definition
from maillage.catalogue.types_service import list_types
from maillage.web.carte import choix
from maillage.web.socle.atlas import choose

pytestmark = pytest.mark.django_db


def place(service: str, mode: str) -> choix.Place | None:
    return choix.find_place(Definition(f"duree_{service}_{mode}", "", entree="duree_{type}_{mode}"))


@pytest.mark.parametrize("service", sorted(list_types()))
def test_each_service_is_offered_in_each_mode_that_the_atlas_holds(service, monkeypatch) -> None:
    car = choix.find_place(Definition(f"duree_{service}", "", entree="duree_{type}"))
    walk, bike = place(service, "marche"), place(service, "velo")
    assert None not in (car, walk, bike)
    assert len({car[0], walk[0], bike[0]}) == 1
    held = {car: f"duree_{service}", walk: f"duree_{service}_marche", bike: f"duree_{service}_velo"}
    monkeypatch.setattr(choix, "list_places", lambda *_: held)
    for chosen in held:
        form = choix.make_formulaire(choose(None), "commune", chosen)
        assert [mode for mode, _ in form.modes] == ["voiture", "velo", "marche"]
        assert "Déplacement" in [label for _, label, _ in form.precisions]
        assert form.un_seul_mode == ""


def test_an_atlas_of_one_mode_says_so(client) -> None:
    text = client.get("/carte/?indicateur=duree_pharmacie&niveau=commune").content.decode()
    assert "Temps en voiture seulement" in text
    text = client.get("/carte/?indicateur=nombre_pharmacie&niveau=commune").content.decode()
    assert "seulement" not in text
