"""Vintages played: one scale for all atlases of the département, the map of each, links without script."""

import re
import shutil

import numpy as np
import pytest
from django.http import QueryDict

from maillage.reports.rendu import couleurs
from maillage.web.carte import millesimes, queries, vue
from maillage.web.socle.atlas import choose

pytestmark = pytest.mark.django_db
VUE = "niveau=commune&indicateur=duree_pharmacie"


def test_a_colour_means_the_same_in_each_vintage() -> None:
    atlas = choose(None)
    found = millesimes.list_millesimes(atlas, vue.read_vue(QueryDict(VUE), atlas))
    assert [m.atlas.id for m in found] == ["essai-2025", "essai-2026"]
    pooled = np.concatenate([m.dessin.colonne.valeurs for m in found])
    d = atlas.definition("duree_pharmacie")
    cuts = couleurs.classes(pooled, "quantiles", 6, d.sens, d.arrondi, d.unite)
    for one in found:
        column = one.dessin.colonne
        expected = {c: cuts.classe(v) for c, v in zip(column.codes, column.valeurs, strict=True)}
        assert one.dessin.teintes == expected
        assert one.dessin.legende == cuts.libelles(d.unite)


def test_the_map_of_today_keeps_its_own_classes() -> None:
    atlas = choose(None)
    asked = vue.read_vue(QueryDict(VUE), atlas)
    alone = queries.dessin_fixe(atlas, vue.compute_dessin(atlas, asked))
    played = millesimes.list_millesimes(atlas, asked)[-1].image
    assert queries.dessin_fixe(atlas, vue.compute_dessin(atlas, asked)) == alone
    assert played != alone


def test_links_go_round_without_script(client) -> None:
    page = client.get(f"/carte/millesimes/?{VUE}")
    assert page.context["montre"].atlas.id == "essai-2026"
    link = re.search(r'data-pas="1" href="([^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    after = client.get(f"/carte/millesimes/{link}")
    assert after.context["montre"].atlas.id == "essai-2025"
    assert after.context["atlas"].id == "essai-2026"
    assert "/carte/millesimes/" in client.get(f"/carte/?{VUE}").content.decode()


def test_one_atlas_alone_says_so(client, settings, tmp_path, dossier_atlas) -> None:
    shutil.copytree(dossier_atlas / "essai-2026", tmp_path / "seul" / "essai-2026")
    settings.MAILLAGE_ATLAS = tmp_path / "seul"
    text = client.get(f"/carte/millesimes/?{VUE}").content.decode()
    assert "Un seul atlas de ce département contient cette carte." in text
    assert "/carte/millesimes/" not in client.get(f"/carte/?{VUE}").content.decode()
    assert client.get("/carte/millesimes/?indicateur=rien&en=rien&niveau=rien").status_code == 200
