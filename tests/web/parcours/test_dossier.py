"""The file as an archive: each piece has its true hash in the index, a lost one is told."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

from maillage.web.fichiers.models import FichierDonne
from maillage.web.parcours import models
from maillage.web.programme.public import fabrique
from maillage.web.socle import magasin
from tests.web.parcours.conftest import EPCI


def test_the_archive_holds_every_piece_with_its_hash(client, charge, saisis, settings, monkeypatch) -> None:
    written: list[date] = []

    def write(programme, law, fiche, edition, path: Path) -> None:
        written.append(edition.le)
        path.write_bytes(b"%PDF-")

    monkeypatch.setattr(fabrique, "write_apart", write)  # the document of the programme has its own tests
    body = b"deliberation"
    row = saisis[EPCI[0]]
    FichierDonne.objects.create(
        objet=row.cle, empreinte=magasin.put(settings.MAILLAGE_FICHIERS, body), nom="Délibération 7.pdf",
        genre="pdf", octets=len(body), auteur=charge,
    )  # fmt: skip
    FichierDonne.objects.create(objet=row.cle, empreinte="0" * 64, nom="Perdu.pdf", genre="pdf", octets=3)
    client.force_login(charge)
    answer = client.get("/gouvernance/parcours/dossier.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    index = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig")), delimiter=";"))
    kept = {line["piece"]: line["sha256"] for line in index}
    lost = [name for name, digest in kept.items() if digest == "absent du magasin"]
    assert len(lost) == 1
    assert set(archive.namelist()) == {"index.html", "index.csv", *kept} - set(lost)
    for name, digest in kept.items():
        assert name in lost or hashlib.sha256(archive.read(name)).hexdigest() == digest
    frozen = models.TexteSoumis.objects.get()
    assert kept["textes/version-1.json"] == frozen.empreinte
    assert json.loads(archive.read("textes/version-1.json")) == frozen.contenu
    assert written == [date(2024, 11, 25)]
    assert archive.read("parcours.pdf").startswith(b"%PDF-")
    assert frozen.empreinte in archive.read("index.html").decode()
    assert client.get("/gouvernance/parcours/dossier.zip").content == answer.content


def test_a_deliberation_is_joined_on_the_page_of_its_body(client, charge, saisis) -> None:
    client.force_login(charge)
    row = saisis[EPCI[0]]
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Joindre un fichier" in page
