"""Writes of signalements: set down without account, read before anybody else reads them, answered, erased."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from maillage.francais import accord
from maillage.participation.identifiants import find_identifying, mask
from maillage.participation.reglages import read_setting
from maillage.participation.ressemblance import sign_words
from maillage.participation.signalements import (
    A_LIRE,
    NOMS_ACTES,
    ActeSignalement,
    EtapeSignalement,
    SignalementHabitant,
    move,
)
from maillage.reports.ecrire import photo
from maillage.sdaasp.gouvernance.remontees import ActeRemontee, NatureRemontee
from maillage.web.comptes import secret
from maillage.web.comptes.essais.bornes import make_borne
from maillage.web.comptes.essais.commands import count_attempt
from maillage.web.fichiers import commands as fichiers
from maillage.web.fichiers.genres import PHOTOS, recognise
from maillage.web.fichiers.models import FichierDonne
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.commands import make_key
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.participation import queries
from maillage.web.participation.models import (
    ContactDeRappel,
    LienDeSuivi,
    SemaineEnvoyee,
    SignalementRecu,
)
from maillage.web.socle import magasin
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.models import Abonnement, Commentaire

A = ActeSignalement
REPONDRE, MODERER = "participation.repondre", "participation.moderer"
A_LIRE_ETATS: Final = [acte.value for acte in A_LIRE]


@dataclass(frozen=True, kw_only=True)
class DemandeSignalement:
    """What somebody sends. ``territoire``: an arrondissement, ``commune``: its INSEE code; or empty."""

    texte: str
    theme: str = ""
    dimension: str = ""
    territoire: str = ""
    commune: str = ""
    lieu: str = ""
    rappel: str = ""
    essai: bool = False


@dataclass(frozen=True)
class Depot:
    """What a deposit gave: the signalement, and the secret of its link; null when the form had served."""

    signalement: SignalementRecu
    jeton: str | None


def deposit(
    auteur: Any, demande: DemandeSignalement, billet: str, adresse: str | None, le: date | None = None
) -> Depot:
    """Take a signalement in. ``auteur``: null without account; ``billet``: number of the form that was sent.

    A form sent twice changes nothing. The same words about the same place, while they wait or are answered,
    are one signalement received once more. Without account, a network address sends so many, then waits.

    Raises:
        ValidationError: too many from there, or too many wait to be read: nothing is kept.
    """
    known = LienDeSuivi.objects.filter(billet=billet).select_related("signalement").first()
    if known is not None:
        return Depot(known.signalement, None)
    if auteur is None:
        _check_flood(adresse)
    with ecriture(auteur):
        row = _find_same(demande) or _create(auteur, demande, le or timezone.localdate())
        clear, empreinte = secret.nouveau()
        day = timezone.localdate()
        LienDeSuivi.objects.create(signalement=row, empreinte=empreinte, billet=billet, cree_le=day)
        if demande.rappel:
            until = day + timedelta(days=read_setting("garde_du_contact"))
            ContactDeRappel.objects.create(signalement=row, moyen=demande.rappel, efface_le=until)
    return Depot(row, clear)


def _check_flood(adresse: str | None) -> None:
    waiting = SignalementRecu.objects.filter(etat__in=A_LIRE_ETATS, auteur=None).count()
    if waiting >= read_setting("signalements_en_attente"):
        raise ValidationError(
            "Trop de signalements attendent d’être lus : le vôtre n’a pas été pris. Revenez dans quelques "
            "jours, ou parlez-en à un accueil : un agent peut le déposer pour vous."
        )
    refusal = count_attempt([make_borne("signalement:", adresse, read_setting("signalements_par_adresse"))])
    if refusal is not None:
        raise ValidationError(
            "Plusieurs signalements viennent d’arriver de votre connexion : attendez "
            f"{accord(refusal[1], 'minute')} avant d’en envoyer un autre."
        )


def _sign(demande: DemandeSignalement) -> str:
    return sign_words(demande.theme, demande.territoire, demande.commune, demande.texte)


def _find_same(demande: DemandeSignalement) -> SignalementRecu | None:
    """The open signalement that says the same, counted once more."""
    rows = SignalementRecu.objects.filter(signature=_sign(demande), clos=False, essai=demande.essai)
    row = rows.order_by("pk").first()
    if row is not None:
        SignalementRecu.objects.filter(pk=row.pk).update(fois=F("fois") + 1)
        row.refresh_from_db()
    return row


def _create(auteur: Any, demande: DemandeSignalement, le: date) -> SignalementRecu:
    value = SignalementHabitant(cle=make_key("signalement"))
    with as_validation():
        value = move(value, EtapeSignalement(acte=A.DEPOSER, le=le))
    row = SignalementRecu(
        cle=value.cle, theme=demande.theme, dimension=demande.dimension, territoire=demande.territoire,
        commune=demande.commune, lieu=demande.lieu, texte=demande.texte, signature=_sign(demande),
        depose_le=le, auteur=auteur, essai=demande.essai,
    )  # fmt: skip
    row.write(row.take(value))
    suivi.create(auteur, row, "Reçu")
    return row


def check_public(texte: str, connus: Collection[str], *, relu: bool) -> None:
    """Refuse a text that names somebody: surely, always; perhaps, until a person says that it does not.

    Raises:
        ValidationError: with each passage.
    """
    found = find_identifying(texte, connus)
    wrong = [one for one in found if one.sur or not relu]
    if wrong:
        said = [f"« {one.texte} » : {one.libelle}" for one in wrong]
        todo = "Masquez ces passages" + (
            "" if any(one.sur for one in wrong) else ", ou dites que vous avez relu"
        )
        raise ValidationError([*said, f"{todo} : rien n’a été publié."])


def _advance(
    auteur: Any,
    row: SignalementRecu,
    version: int | None,
    permission: str | None,
    etape: EtapeSignalement,
    champs: Mapping[str, Any] | None = None,
) -> SignalementRecu:
    """One step: permission, lock, rules, history. ``version`` null: whatever it is, following elsewhere."""
    with ecriture(auteur, permission, row):
        current = SignalementRecu.objects.select_for_update().get(pk=row.pk)
        if version is not None and current.version != version:
            raise suivi.ConflitVersion(current)
        with as_validation():
            value = move(current.valeur, etape)
        current.write({**(champs or {}), **current.take(value)})
        suivi.save_change(auteur, current, ["etapes"], NOMS_ACTES[etape.acte])
    return current


def _step(auteur: Any, acte: ActeSignalement, texte: str = "", vers: str = "") -> EtapeSignalement:
    par = auteur.get_full_name() if auteur is not None else ""
    return EtapeSignalement(acte=acte, le=timezone.localdate(), texte=texte.strip(), vers=vers, par=par)


@dataclass(frozen=True, kw_only=True)
class Relecture:
    """What a reader decides to publish: the text without names, how it is sorted, whether its photo is shown.

    ``relu``: what may be a name was read, and is none. ``connus``: names of communes.
    """

    texte: str
    theme: str
    dimension: str = ""
    relu: bool = False
    photo: bool = False
    connus: Collection[str] = ()


def publish(auteur: Any, row: SignalementRecu, version: int, relecture: Relecture) -> SignalementRecu:
    """Show it to all, as it was read again; who pilots it by mandate follows it from then on."""
    if not relecture.texte.strip():
        raise ValidationError("Il n’y a rien à publier : écrivez le texte, ou refusez le signalement.")
    check_public(relecture.texte, relecture.connus, relu=relecture.relu)
    fields = {
        "texte_public": relecture.texte.strip(), "theme": relecture.theme, "dimension": relecture.dimension,
        "photo_publique": relecture.photo,
    }  # fmt: skip
    with ecriture(auteur, MODERER, row):
        moved = _advance(auteur, row, version, MODERER, _step(auteur, A.PUBLIER), fields)
        for mandat in queries.list_pilotes(moved):
            Abonnement.objects.get_or_create(objet=moved.cle, personne=mandat.personne)
    return moved


def hide(
    auteur: Any, row: SignalementRecu, version: int, texte: str, motif: str, connus: Collection[str]
) -> SignalementRecu:
    """Another public text, and why."""
    if not texte.strip():
        raise ValidationError("Pour tout enlever, refusez le signalement : il ne sera plus public.")
    check_public(texte, connus, relu=True)
    return _advance(
        auteur, row, version, MODERER, _step(auteur, A.MASQUER, motif), {"texte_public": texte.strip()}
    )


def refuse(auteur: Any, row: SignalementRecu, version: int, motif: str) -> SignalementRecu:
    """Not published, and why: its author reads it."""
    fields = {"photo_publique": False}
    return _advance(auteur, row, version, MODERER, _step(auteur, A.REFUSER, motif), fields)


def refuse_all(auteur: Any, versions: Mapping[str, int], motif: str) -> int:
    """The same refusal for several, all of them or none; how many."""
    with ecriture(auteur, MODERER):
        rows = list(SignalementRecu.objects.select_for_update().filter(cle__in=versions).order_by("pk"))
        for row in rows:
            refuse(auteur, row, versions[row.cle], motif)
    return len(rows)


def join(auteur: Any, row: SignalementRecu, version: int, vers: str) -> SignalementRecu:
    """The same thing as another: one answer for both, and the other is counted that many times more."""
    with ecriture(auteur, MODERER, row):
        other = SignalementRecu.objects.select_for_update().filter(cle=vers).first()
        if other is None or other.etat in {A.FUSIONNER.value, A.RETIRER.value, A.REFUSER.value}:
            raise ValidationError("Choisissez un signalement qui attend, ou qui est public.")
        moved = _advance(auteur, row, version, MODERER, _step(auteur, A.FUSIONNER, vers=vers))
        SignalementRecu.objects.filter(pk=other.pk).update(fois=F("fois") + row.fois)
    return moved


def reopen(auteur: Any, row: SignalementRecu, version: int, motif: str) -> SignalementRecu:
    """To be read again, and why; what it had been joined to no longer counts it."""
    with ecriture(auteur, MODERER, row):
        if row.joint:
            SignalementRecu.objects.filter(cle=row.joint).update(fois=F("fois") - row.fois)
        return _advance(auteur, row, version, MODERER, _step(auteur, A.ROUVRIR, motif))


def take_up(auteur: Any, row: SignalementRecu, version: int) -> SignalementRecu:
    """Somebody who pilots it looks into it."""
    return _advance(auteur, row, version, REPONDRE, _step(auteur, A.INSTRUIRE))


def answer(
    auteur: Any, row: SignalementRecu, version: int, texte: str, connus: Collection[str]
) -> SignalementRecu:
    """The public answer of who pilots it; before a comité, the answer is the comité's."""
    if row.etat == A.TRANSMETTRE.value:
        raise ValidationError("Ce signalement est devant un comité : c’est à lui de répondre.")
    check_public(texte, connus, relu=True)
    return _advance(auteur, row, version, REPONDRE, _step(auteur, A.REPONDRE, texte))


def send_up(auteur: Any, row: SignalementRecu, version: int, texte: str) -> SignalementRecu:
    """Ask a comité, in one's own words: a remontée about it, which the rule sends where it goes."""
    if not texte.strip():
        raise ValidationError("Dites au comité ce que vous lui demandez.")
    with ecriture(auteur, REPONDRE, row):
        up = gouvernance.deposit(
            auteur,
            NatureRemontee.SIGNALEMENT,
            texte,
            theme=row.theme,
            territoire=row.territoire,
            objet=row.cle,
        )
        step = _step(auteur, A.TRANSMETTRE, texte, up.cle)
        return _advance(auteur, row, version, REPONDRE, step, {"remontee": up.cle})


def follow_remontee(auteur: Any, up: RemonteeDeposee) -> None:
    """What became of the remontée becomes of the signalement: its answer is published, without names."""
    row = SignalementRecu.objects.filter(remontee=up.cle, etat=A.TRANSMETTRE.value).first()
    if row is None or not up.close:
        return
    last = up.valeur.etapes[-1]
    said = mask(last.texte, [one for one in find_identifying(last.texte) if one.sur])
    acte = A.REPONDRE if last.acte is ActeRemontee.REPONDRE else A.INSTRUIRE
    comite = queries.name_comite(last.comite)
    step = EtapeSignalement(acte=acte, le=max(last.le, row.valeur.etapes[-1].le), texte=said, par=comite)
    _advance(auteur, row, None, None, step)


def keep_example(
    demande: DemandeSignalement, le: date, suite: Sequence[tuple[ActeSignalement, str]]
) -> SignalementRecu:
    """A simulated signalement and what follows it, a week apart: only for an install that tries the tool."""
    with ecriture(None):
        row = _create(None, demande, le)
        for rank, (acte, texte) in enumerate(suite, 1):
            step = EtapeSignalement(acte=acte, le=le + timedelta(days=7 * rank - 4), texte=texte)
            row = _advance(None, row, None, None, step, {"texte_public": demande.texte})
    return row


def give_photo(row: SignalementRecu, body: bytes) -> None:
    """A photo drawn again, by who holds the link, until somebody has read it; one takes the other's place.

    Raises:
        ValidationError: not a photo, too big, or too late.
    """
    if row.etat not in A_LIRE_ETATS:
        raise ValidationError("Ce signalement a été lu : une photo ne s’y ajoute plus.")
    fichiers.check_room(row, len(body))
    with as_validation():
        if recognise(body) not in PHOTOS:
            raise ValidationError("Une photo JPEG, PNG ou WebP est attendue.")
        kept = photo.redraw(body)
    genre = recognise(kept)
    with ecriture(None):
        FichierDonne.objects.filter(objet=row.cle, retire_le=None).update(retire_le=timezone.now())
        empreinte = magasin.put(settings.MAILLAGE_FICHIERS, kept)
        FichierDonne.objects.create(
            objet=row.cle, empreinte=empreinte, nom=f"photo.{genre.value}", genre=genre, octets=len(kept)
        )


def forget_contact(row: SignalementRecu) -> None:
    """Its author no longer wishes to be called back."""
    with ecriture(None):
        ContactDeRappel.objects.filter(signalement=row).delete()


def withdraw(row: SignalementRecu) -> SignalementRecu:
    """Its author takes it back: texts, place, photo, contacts and versions are erased; theme and days stay.

    What pilots wrote in their own words to a comité stays theirs.
    """
    with ecriture(None):
        current = SignalementRecu.objects.select_for_update().get(pk=row.pk)
        with as_validation():
            value = move(current.valeur, EtapeSignalement(acte=A.RETIRER, le=timezone.localdate()))
        bare = replace(value, etapes=tuple(replace(step, texte="", par="") for step in value.etapes))
        current.write({"texte": "", "lieu": "", "texte_public": "", "commune": "", "photo_publique": False,
                       "auteur": None, "signature": ""})  # fmt: skip
        current.write(current.take(bare))
        SignalementRecu.history.filter(cle=current.cle).delete()
        suivi.save_change(None, current, ["etapes"], NOMS_ACTES[A.RETIRER])
        ContactDeRappel.objects.filter(signalement=current).delete()
        Commentaire.objects.filter(objet=current.cle).delete()
        FichierDonne.objects.filter(objet=current.cle, retire_le=None).update(retire_le=timezone.now())
    return current


def forget_contacts(now: datetime) -> int:
    """Erase the ways to call back whose day has come; how many."""
    return int(ContactDeRappel.objects.filter(efface_le__lte=timezone.localdate(now)).delete()[0])


def forget_texts(now: datetime) -> int:
    """Erase the texts as they were received, some time after the signalement closed; how many."""
    limit = timezone.localdate(now) - timedelta(days=read_setting("garde_du_texte_recu"))
    old = [
        row.pk
        for row in SignalementRecu.objects.filter(clos=True).exclude(texte="")
        if (closed := row.valeur.ferme_le) is not None and closed <= limit
    ]
    return int(SignalementRecu.objects.filter(pk__in=old).update(texte="", lieu=""))


def take_week(personne: Any, lundi: date) -> bool:
    """Say that a week is being sent to somebody; false when it was already. Former weeks are forgotten."""
    with ecriture(None):
        _, new = SemaineEnvoyee.objects.get_or_create(personne=personne, lundi=lundi)
        SemaineEnvoyee.objects.filter(personne=personne, lundi__lt=lundi).delete()
        return new


def give_week_back(personne: Any, lundi: date) -> None:
    """A week that was refused may be sent again."""
    with ecriture(None):
        SemaineEnvoyee.objects.filter(personne=personne, lundi=lundi).delete()
