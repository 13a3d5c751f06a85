"""Each form says, where one types, who will read."""

from dataclasses import fields

import pytest
from django.core.exceptions import ImproperlyConfigured

from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.visibilite import CONTESTES, RESERVES
from maillage.web.programme.afom.forms import FormulaireAfom
from maillage.web.programme.edition.formulaires import FORMULAIRES
from maillage.web.programme.indicateurs.forms import FormulaireCible, FormulaireIndicateur, FormulaireValeur
from maillage.web.settings import environnement

ICI = ("Public.", "Lu par les comptes seulement.")


def test_each_form_is_of_a_collection_of_the_programme():
    known = {field.name for field in fields(Programme)}
    for form in (
        *FORMULAIRES.values(),
        FormulaireAfom,
        FormulaireIndicateur,
        FormulaireCible,
        FormulaireValeur,
    ):
        assert form.COLLECTION in known, form


@pytest.mark.parametrize("form", [FormulaireIndicateur, FormulaireCible, FormulaireValeur])
def test_each_field_says_who_reads_it(form):
    for name, field in form().fields.items():
        said = ICI[name in RESERVES.get(form.COLLECTION, ())]
        assert field.help_text.endswith(said), name


def test_the_pages_say_it_and_an_amendment_waits_for_its_adoption(client, compte, nord):
    client.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    edited = client.get("/programme/modifier/objectif/sante.1/").content.decode()
    assert edited.count("Public.") == 5
    assert "Lu par les comptes seulement." in edited
    form = client.get("/programme/amendements/objectif/sante.1/").context["form"]
    assert "public si la proposition est adoptée" in form.fields["freins"].help_text
    assert form.fields["motif"].help_text == "Lu par les comptes seulement."


@pytest.mark.parametrize("kept", [(), ("freins",), ("meteo",), ("freins", "meteo")])
def test_each_form_says_what_this_install_keeps(client, compte, nord, settings, kept):
    settings.MAILLAGE_RESERVES = kept
    client.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    for subject, (collection, names) in CONTESTES.items():
        key = {"objectifs": "objectif/sante.1", "declinaisons": "declinaison/sante/593/2025/1"}[collection]
        fields = client.get(f"/programme/modifier/{key}/").context["form"].fields
        for name in names:
            assert fields[name].help_text.endswith(ICI[subject in kept]), name


def test_a_setting_that_keeps_something_unknown_is_refused(monkeypatch):
    monkeypatch.setenv("MAILLAGE_RESERVES", "meteo, pilotes")
    with pytest.raises(ImproperlyConfigured, match="ne connaît que meteo, freins, et non « pilotes »"):
        environnement.read_choices("RESERVES", CONTESTES)
    monkeypatch.setenv("MAILLAGE_RESERVES", "meteo, freins")
    assert environnement.read_choices("RESERVES", CONTESTES) == ("meteo", "freins")
