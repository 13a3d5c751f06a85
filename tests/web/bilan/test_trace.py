"""Where the bilans tell of a remontée."""

from maillage.sdaasp.gouvernance.remontees import NatureRemontee
from maillage.web.bilan.models import BilanAnnuel, BilanFige
from maillage.web.bilan.trace import list_bilans
from maillage.web.gouvernance import commands


def test_open_it_will_tell_and_frozen_it_tells_what_it_holds(nord, compte) -> None:
    charge = compte("charge_mission")
    up = commands.deposit(charge, NatureRemontee.ALERTE, "Trop loin")
    year = up.deposee_le.year
    for annee in (year - 1, year, year + 1):
        BilanAnnuel.objects.create(cle=f"bilan-{annee}", annee=annee)
    assert [(one.titre, one.texte) for one in list_bilans(charge, up)] == [
        (f"Bilan {year}", "en préparation"),
        (f"Bilan {year + 1}", "en préparation"),
    ]
    first, second = BilanAnnuel.objects.filter(annee__gte=year).order_by("annee")
    BilanFige.objects.create(bilan=first, texte=f'{{"cle": "{up.cle}"}}')
    BilanFige.objects.create(bilan=second, texte="{}")
    assert [(one.titre, one.texte) for one in list_bilans(charge, up)] == [(f"Bilan {year}", "figé")]
    assert list_bilans(compte(), up) == []
