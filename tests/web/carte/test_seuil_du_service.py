import pytest

from maillage.web.carte.choix import nearest_place

PLACES = [
    (service, "part", minutes, "voiture", "tous")
    for service in ("france_services", "urgences", "boulangerie", "pharmacie")
    for minutes in ("7", "15", "20", "30")
]


@pytest.mark.parametrize(
    ("service", "minutes"),
    [("france_services", "20"), ("urgences", "30"), ("boulangerie", "7"), ("pharmacie", "20")],
)
def test_without_a_choice_too_far_is_the_services_own(service, minutes):
    assert nearest_place(PLACES, {"service": service, "mesure": "part"})[2] == minutes
    assert nearest_place(PLACES, {"service": service, "mesure": "part", "seuil": "7"})[2] == "7"


def test_a_threshold_that_the_atlas_lacks_gives_way_to_one_it_holds():
    held = [("france_services", "part", "7", "voiture", "tous")]
    assert nearest_place(held, {"service": "france_services", "mesure": "part", "seuil": "20"})[2] == "7"
