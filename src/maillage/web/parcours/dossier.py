"""The whole file of the course in one archive: its pieces, their index, the SHA-256 of each."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.reports.ecrire.formes import write_document
from maillage.reports.parcours.dossier import PieceDeDossier, make_course, make_index
from maillage.reports.programme.edition import Edition
from maillage.sdaasp.completude.mots import tell_exigence, tell_verdict
from maillage.sdaasp.parcours.etat import find_etat
from maillage.web.fichiers.models import FichierDonne
from maillage.web.parcours import models, queries
from maillage.web.parcours.commands import write_content
from maillage.web.parcours.presentation import require
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_programme, read_version
from maillage.web.programme.public import fabrique
from maillage.web.socle import magasin, pannes
from maillage.web.socle.documents import serve_once

MIME = "application/zip"
ORIGINE = (1980, 1, 1, 0, 0, 0)


@login_required
@require_GET
@never_cache
@require("emporter")
def dossier(request: HttpRequest) -> HttpResponse:
    """The archive, made once for each state of what it holds."""
    atlas = request.atlas  # type: ignore[attr-defined]
    texts = tuple(models.TexteSoumis.objects.values_list("numero", "empreinte"))
    given = tuple(_list_given().values_list("pk", "empreinte"))
    seen = (read_version(), atlas.empreinte if atlas else "")
    state = ("parcours", models.read_parcours(), texts, given, *seen, timezone.localdate())
    try:
        return serve_once(request, state, "parcours-legal.zip", MIME, lambda path: write_archive(atlas, path))
    except fabrique.FabricationInterrompueError:
        return pannes.write(request, pannes.FABRICATION)


def _list_given() -> Any:
    """The files given to the objects of the course."""
    keys = [
        key
        for model in (models.OrganismeConsulte, models.Signataire, models.ActesParcours)
        for key in model.objects.values_list("cle", flat=True)
    ]
    return FichierDonne.objects.filter(objet__in=keys, retire_le=None)


def write_archive(atlas: Any, path: Path) -> None:
    """Every piece, then the index as a page and as a table; same pieces, same bytes."""
    schema, today = read_programme().schema.nom, timezone.localdate()
    with TemporaryDirectory() as held:
        folder = Path(held)
        pieces = [*_write_documents(atlas, folder), *_write_given(folder)]
        for name in ("index.html", "index.csv"):
            write_document(make_index(schema, pieces, today), folder / name)
        kept = [p.chemin for p in pieces if p.empreinte]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("index.html", "index.csv", *kept):
                archive.writestr(
                    zipfile.ZipInfo(name, ORIGINE), (folder / name).read_bytes(), zipfile.ZIP_DEFLATED
                )


def _write_documents(atlas: Any, folder: Path) -> Iterator[PieceDeDossier]:
    """The course, then each version of the text: as it reads, and as it was frozen."""
    course, programme, today = models.read_parcours(), read_programme(), timezone.localdate()
    law = read_completude(programme, atlas)
    said = (tell_verdict(law), *(tell_exigence(law, one) for one in law.exigences))
    etat = str(find_etat(course, programme.schema, today))
    document = make_course(programme.schema.nom, etat, course, today, said)
    write_document(document, folder / "parcours.pdf")
    yield _sign(folder, "parcours.pdf", "Le parcours, chaque date expliquée")
    (folder / "textes").mkdir()
    for row in models.TexteSoumis.objects.all():
        name = f"textes/version-{row.numero}"
        (folder / f"{name}.json").write_bytes(write_content(row.contenu))
        yield _sign(folder, f"{name}.json", f"{row} du texte, copie figée")
        text = queries.read_text(row)
        edition = Edition(row.arretee_le, parcours=course)
        fabrique.write_apart(text, read_completude(text, atlas), "", edition, folder / f"{name}.pdf")
        yield _sign(folder, f"{name}.pdf", f"{row} du texte, arrêtée le {row.arretee_le:%d/%m/%Y}")


def _write_given(folder: Path) -> Iterator[PieceDeDossier]:
    """The files given to bodies, signatories and acts; one that the store lost is told, not left out."""
    for row in _list_given():
        name = f"fichiers/{row.objet}/{row.pk}-{slugify(Path(row.nom).stem) or 'fichier'}.{row.genre}"
        told = " : ".join(part for part in (row.nom, row.description) if part)
        try:
            body = magasin.read(settings.MAILLAGE_FICHIERS, row.empreinte)
        except OSError:
            yield PieceDeDossier(name, told, row.octets, None)
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
        yield _sign(folder, name, told)


def _sign(folder: Path, name: str, quoi: str) -> PieceDeDossier:
    body = (folder / name).read_bytes()
    return PieceDeDossier(name, quoi, len(body), magasin.sign(body))
