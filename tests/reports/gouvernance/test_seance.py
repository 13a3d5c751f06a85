"""What the documents of a meeting say, and what they keep silent."""

from dataclasses import replace
from datetime import date, time

import pytest

from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.gouvernance.seance import (
    AmendementEcrit,
    DecisionEcrite,
    PiecesDeSeance,
    SeanceEcrite,
    make_convocation,
    make_minutes,
    make_packet,
)
from maillage.reports.rendu.blocs import Carte, Document, EnRegard, Paragraphe, Signatures, Tableau, Titre
from maillage.sdaasp.gouvernance.modele import Comite
from maillage.sdaasp.gouvernance.remontees import NatureRemontee, Remontee, deposit, list_waiting
from maillage.sdaasp.gouvernance.seances import (
    EtatCompteRendu,
    EtatDecision,
    EtatSeance,
    Presence,
    ReponseConvocation,
)

DECISION = DecisionEcrite(reference="CTS Cambrai 2026-04-07/1", texte="Ouvrir", etat=EtatDecision.A_FAIRE)
SEANCE = SeanceEcrite(
    nom="CTS Cambrai",
    comite=Comite(
        cle="cts", sigle="CTS", nom="Comité territorial de suivi", convoquent=("Sous-préfet",), quorum=0.5
    ),
    schema="SDAASP du Nord",
    jour=date(2026, 4, 7),
    etat=EtatSeance.CONVOQUEE,
    etablie_le=date(2026, 3, 1),
    heure=time(14, 30),
    lieu="Sous-préfecture",
    points=("Feuilles de route", "Remontées"),
    presences=(
        Presence(organisation="CAF", presente=True),
        Presence(organisation="MSA", reponse=ReponseConvocation.POUVOIR, pouvoir_a="CAF", presente=False),
        Presence(organisation="Région"),
    ),
    compte_rendu="Premier point.\n\nSecond point.",
    decisions=(DECISION,),
)


def read(document: Document) -> str:
    """All the words of a document, with plain spaces."""
    words = [document.titre, document.chapeau, *document.bandeaux]
    for bloc in document.blocs:
        words += [getattr(bloc, name) for name in ("texte", "titre", "note") if hasattr(bloc, name)]
        words += [str(cell) for row in getattr(bloc, "lignes", ()) for cell in row]
        words += getattr(bloc, "elements", ())
    return "\n".join(words).replace("\xa0", " ").replace("\u202f", " ")


def test_a_convocation_says_who_when_where_and_what() -> None:
    made = make_convocation(SEANCE)
    said = read(made)
    assert "le mardi 7 avril 2026 à 14 h 30, Sous-préfecture" in said
    assert "Feuilles de route" in said
    assert "Plus de la moitié des organisations convoquées." in said
    assert made.bandeaux == ()
    assert made.blocs[-1] == Signatures((("Sous-préfet", ""),))


def test_a_convocation_that_has_not_left_says_it_is_a_draft_and_what_is_not_known() -> None:
    said = read(make_convocation(replace(SEANCE, etat=EtatSeance.PREVUE, heure=None, lieu="", points=())))
    assert "Projet : cette séance est « prévue »" not in said
    assert "Projet : cette séance est prévue" in said
    assert "à une heure à préciser, en un lieu à préciser" in said
    assert "Aucun point n’est encore inscrit." in said


def test_minutes_count_who_came_and_are_a_draft_until_they_are_approved() -> None:
    said = read(make_minutes(SEANCE))
    assert "3 organisations convoquées, 1 présente, 1 représentée. Quorum atteint : il en faut 2." in said
    assert "donne pouvoir à CAF" in said
    assert "Projet de compte rendu, en cours d’écriture." in said
    assert "Second point." in said
    assert "CTS Cambrai 2026-04-07/1" in said
    sent = replace(SEANCE, etat_compte_rendu=EtatCompteRendu.ENVOYE, envoye_le=date(2026, 4, 10))
    assert "envoyé : remarques jusqu’au 25 avril 2026" in read(make_minutes(sent))
    approved = replace(SEANCE, etat_compte_rendu=EtatCompteRendu.APPROUVE)
    assert make_minutes(approved).bandeaux == ()


def test_a_packet_holds_what_waits_and_each_piece_whole_under_names_of_its_own() -> None:
    carte = Carte("carte", "C", "<svg/>", "d", (), "n", "detail")
    blocs = (
        Titre("A", 1, id="a", nouvelle_page=True),
        EnRegard(carte, ()),
        Tableau("T", (), (), id="detail"),
    )
    piece = Document("Pièce", "Sous-titre", "", "Sa source", blocs, chapeau="En bref", bandeaux=("Estimé",))
    one = Remontee(cle="r", nature=NatureRemontee.BLOCAGE, texte="Sans local")
    waiting = list_waiting([deposit(one, "cts", date(2026, 2, 1))], date(2026, 3, 1))
    pieces = PiecesDeSeance(attentes=waiting, ouvertes=(DECISION,), documents=(piece, piece))
    made = make_packet(SEANCE, pieces)
    said = read(made)
    assert "Point de blocage\nSans local\n01/02/2026\n28 jours\n03/03/2026" in said
    assert said.count("Sa source") == said.count("En bref") == said.count("Estimé") == 2
    titles = [(b.texte, b.niveau, b.id) for b in made.blocs if isinstance(b, Titre)]
    assert ("Pièce", 1, "") in titles
    assert [t for t in titles if t[0] == "A"] == [("A", 2, "piece0-a"), ("A", 2, "piece1-a")]
    maps = [b.carte for b in made.blocs if isinstance(b, EnRegard)]
    assert [(m.id, m.tableau) for m in maps] == [(f"piece{n}-carte", f"piece{n}-detail") for n in (0, 1)]


def test_a_packet_shows_what_an_amendment_changes_and_what_is_said_of_it() -> None:
    one = AmendementEcrit(
        numero=3, objet="Santé", motif="Plus clair", changements=(("Titre", "Santé", "Soins"),),
        avis=("Favorable, une organisation",),
    )  # fmt: skip
    said = read(make_packet(SEANCE, PiecesDeSeance(amendements=(one,))))
    assert "N° 3, Santé" in said
    assert "Titre\nSanté\nSoins" in said
    assert "Favorable, une organisation" in said
    assert "Amendements" not in read(make_packet(SEANCE, PiecesDeSeance()))


def test_a_packet_is_of_invented_figures_as_soon_as_one_of_its_pieces_is() -> None:
    piece = Document("Portrait", "", "", "", (Paragraphe("x"),), jeu_essai=True)
    assert make_packet(SEANCE, PiecesDeSeance(documents=(piece,))).jeu_essai
    assert not make_packet(SEANCE, PiecesDeSeance()).jeu_essai


@pytest.mark.parametrize("make", [make_convocation, make_minutes, lambda s: make_packet(s, PiecesDeSeance())])
def test_what_people_wrote_is_text_in_the_pdf_never_markup(make) -> None:
    hostile = replace(SEANCE, points=('#panic("x")', "*gras* $x$ <b>"), compte_rendu="#read(1) \\ [")
    assert write_pdf(make(hostile)).startswith(b"%PDF")
