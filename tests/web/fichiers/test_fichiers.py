"""A file from its giving to its forgetting: who gives, reads, takes away, what stays on the disk."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from maillage.web.fichiers import commands
from maillage.web.fichiers.models import FichierDonne
from maillage.web.socle import magasin
from maillage.web.suivi.models import Mouvement
from tests.web.fichiers.conftest import PDF, make_photo

pytestmark = pytest.mark.django_db


def list_kept(settings) -> list[str]:
    return [path.name for path in magasin.list_all(settings.MAILLAGE_FICHIERS)]


def test_a_document_is_kept_byte_for_byte_closed_to_others_and_told(client, donner, seance, settings) -> None:
    page = donner("../avis.exe", PDF, "L’avis de l’EPCI")
    assert "«\xa0avis.pdf\xa0» est joint." in page or "« avis.pdf » est joint." in page
    assert "L’avis de l’EPCI" in page
    row = FichierDonne.objects.get()
    path = magasin.find(settings.MAILLAGE_FICHIERS, row.empreinte)
    assert path.read_bytes() == PDF
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    answer = client.get(row.get_absolute_url())
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="avis.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Mouvement.objects.filter(objet=seance.cle, texte__contains="avis.pdf").exists()


def test_a_photo_is_drawn_again_and_shown(client, donner) -> None:
    donner("salle.JPG", make_photo(comment=b"secret"), "La salle")
    row = FichierDonne.objects.get()
    answer = client.get(row.get_absolute_url())
    assert b"secret" not in answer.content
    assert answer["Content-Disposition"] == 'inline; filename="salle.jpg"'


def test_what_is_refused_leaves_nothing(donner, settings) -> None:
    for name, body in (("a.pdf", b"<html>"), ("b.pdf", b""), ("c.jpg", b"\xff\xd8\xff" + b"0" * 50)):
        assert "est joint" not in donner(name, body)
    assert "10\xa0Mo" in donner("gros.pdf", PDF + b" " * (10 * 2**20)).replace(" Mo", "\xa0Mo")
    assert not FichierDonne.objects.exists()
    assert list_kept(settings) == []


def test_the_same_bytes_are_kept_once(donner, settings) -> None:
    donner("un.pdf", PDF)
    donner("deux.pdf", PDF)
    assert FichierDonne.objects.count() == 2
    assert len(list_kept(settings)) == 1


def test_who_reads_the_object_reads_its_files_and_nobody_else(client, donner, compte) -> None:
    donner("un.pdf", PDF)
    row = FichierDonne.objects.get()
    client.logout()
    assert client.get(row.get_absolute_url()).status_code == 404
    for role, status in (("", 404), ("partenaire", 200)):
        client.force_login(compte(role))
        assert client.get(row.get_absolute_url()).status_code == status
    assert client.post(f"{row.get_absolute_url()[:-1]}/retirer").status_code == 403
    assert FichierDonne.objects.filter(retire_le=None).count() == 1


def test_who_does_not_change_the_object_gives_it_nothing(client, seance, compte) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    sent = {"fichier": SimpleUploadedFile("a.pdf", PDF)}
    for role, status in (("", 404), ("partenaire", 403)):
        client.force_login(compte(role))
        assert client.post(f"/fichiers/donner/seance/{seance.cle}", sent).status_code == status
    assert not FichierDonne.objects.exists()


def test_a_file_taken_away_is_read_no_more_then_forgotten_its_bytes_last(client, donner, settings) -> None:
    donner("un.pdf", PDF)
    row = FichierDonne.objects.get()
    client.post(f"{row.get_absolute_url()[:-1]}/retirer")
    assert client.get(row.get_absolute_url()).status_code == 404
    now = timezone.now()
    assert commands.forget(now) == 0
    FichierDonne.objects.update(retire_le=now - timedelta(days=31))
    assert commands.forget(now) == 1
    assert list_kept(settings) == [row.empreinte], "a backup under way still finds it"
    age(settings)
    commands.forget(now)
    assert list_kept(settings) == []


def age(settings) -> None:
    """Two days pass over the files of the store."""
    for path in magasin.list_all(settings.MAILLAGE_FICHIERS):
        old = time.time() - 2 * 86_400
        os.utime(path, (old, old))


def test_a_purge_keeps_what_another_row_names_and_takes_what_a_cut_write_left(donner, settings) -> None:
    donner("un.pdf", PDF)
    donner("deux.pdf", PDF)
    first = FichierDonne.objects.order_by("pk")[0]
    FichierDonne.objects.filter(pk=first.pk).update(retire_le=timezone.now() - timedelta(days=31))
    magasin.find(settings.MAILLAGE_FICHIERS, first.empreinte).with_name(".partiel-x").write_bytes(b"x")
    orphan = magasin.put(settings.MAILLAGE_FICHIERS, b"sans ligne")
    age(settings)
    commands.forget(timezone.now())
    commands.forget(timezone.now())
    assert list_kept(settings) == [first.empreinte]
    assert orphan != first.empreinte


def test_a_content_altered_on_the_disk_is_said_never_served(client, donner, settings) -> None:
    donner("un.pdf", PDF)
    row = FichierDonne.objects.get()
    magasin.find(settings.MAILLAGE_FICHIERS, row.empreinte).write_bytes(PDF + b"altered")
    assert client.get(row.get_absolute_url()).status_code == 404
    donner("un.pdf", PDF)
    assert client.get(row.get_absolute_url()).content == PDF


def test_there_is_room_for_so_many_and_no_more(donner, monkeypatch) -> None:
    most = {"par_objet": 1, "octets": 10**7, "ensemble_octets": 10**9}
    read = commands.read_limit
    monkeypatch.setattr(commands, "read_limit", lambda section, name: most.get(name) or read(section, name))
    donner("un.pdf", PDF)
    assert "Trop de fichiers" in donner("deux.pdf", PDF)
    most |= {"par_objet": 9, "ensemble_octets": len(PDF) + 1}
    assert "pleine" in donner("deux.pdf", PDF)


def test_a_full_disk_is_said_and_nothing_is_kept(donner, settings, monkeypatch) -> None:
    def full(path, body) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(magasin, "_write", full)
    assert "gardé" in donner("un.pdf", PDF)
    assert not FichierDonne.objects.exists()


def test_bytes_are_kept_before_their_row_so_that_none_names_nothing(
    charge, seance, monkeypatch, settings
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FichierDonne.objects, "create", stop)
    with pytest.raises(KeyboardInterrupt):
        commands.give(charge, seance, "un.pdf", PDF)
    assert not FichierDonne.objects.filter(objet=seance.cle).exists()
    assert len(list_kept(settings)) == 1  # an orphan, that the purge takes


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, ""])
def test_the_store_knows_its_own_names_alone(name, tmp_path) -> None:
    with pytest.raises(ValueError, match=f"^{name}$"):
        magasin.find(tmp_path, name)


def test_a_disk_that_refuses_a_purge_stops_no_other_rule(donner, settings, monkeypatch, caplog) -> None:
    magasin.put(settings.MAILLAGE_FICHIERS, b"sans ligne")
    age(settings)

    def refuse(self, missing_ok=False) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", refuse)
        assert commands.forget(timezone.now()) == 0
    assert "effacés" in caplog.text
    commands.forget(timezone.now())
    assert list_kept(settings) == []
