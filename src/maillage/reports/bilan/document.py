"""The yearly bilan as a document: each arrondissement, each theme, the département, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from maillage.catalogue.departements import list_all
from maillage.francais import accord, avec_unite, jour, majuscule, nombre, typeset
from maillage.reports.bilan.tableaux import (
    ARRONDISSEMENT,
    THEME,
    compare_figures,
    cross_figures,
    list_actions,
    list_changes,
    list_decisions,
    list_figures,
    list_measures,
    list_meetings,
    list_promises,
    list_propositions,
    list_signalements,
    list_texts,
    list_ups,
)
from maillage.reports.rendu.blocs import (
    Bloc,
    Couverture,
    Document,
    Liste,
    Nombre,
    Paragraphe,
    Signatures,
    Tableau,
    Titre,
)
from maillage.sdaasp.bilan.contenu import (
    ActionDuBilan,
    Contenu,
    EnqueteDuBilan,
    Nomme,
    PartieDuBilan,
    PropositionDuBilan,
    SignalementsDuBilan,
    TexteDuBilan,
    pick_arrondissement,
    pick_departement,
    pick_theme,
)
from maillage.sdaasp.programme.statuts import ORDRE, Comptes, tell_status
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison

PROJET = "Projet de bilan : il n’est pas figé, il change encore."


@dataclass(frozen=True, slots=True, kw_only=True)
class EtatEcrit:
    """How a bilan stands when it is written: ``etat`` in words, ``empreinte`` once frozen, empty before."""

    etat: str
    empreinte: str = ""


def make_bilan(contenu: Contenu, ecrit: EtatEcrit) -> Document:
    """The whole bilan, to be read and signed."""
    blocs = [
        *_write_summary(contenu),
        *_write_missing(contenu),
        *(bloc for place in contenu.arrondissements for bloc in _write_place(contenu, place)),
        *_write_themes(contenu),
        *_write_whole(contenu),
        *_write_course(contenu),
        Signatures(tuple((who, "") for who in contenu.pilotes)),
    ]
    return replace(_wrap(contenu, ecrit, blocs), sommaire=1, couverture=_make_cover(contenu, ecrit))


def make_annexes(contenu: Contenu, ecrit: EtatEcrit) -> Document:
    """Its tables, whole, to carry away: one sheet each."""
    tables = (
        list_actions(contenu, contenu.actions, "Déclinaisons"),
        list_measures(contenu, contenu.mesures, "Indicateurs"),
        list_figures(contenu, contenu.chiffres, "Chiffres de l’atlas"),
        list_promises(contenu, contenu.engagements, "Feuilles de route"),
        list_changes(contenu.amendements, "Amendements"),
        list_meetings(contenu, contenu.reunions or (), "Réunions"),
        list_decisions(contenu.decisions, "Décisions"),
        list_ups(contenu, contenu.remontees or (), "Remontées"),
        list_signalements(contenu, contenu.signalements or (), "Signalements"),
        list_propositions(contenu, contenu.propositions or (), "Propositions d’usagers"),
        list_texts(contenu, contenu.textes, "Contributions"),
    )
    named = [replace(table, id=table.titre) for table in tables]
    return _wrap(contenu, ecrit, [*map(Paragraphe, contenu.manques), *named])


def _make_cover(contenu: Contenu, ecrit: EtatEcrit) -> Couverture:
    known = list_all().get(contenu.departement)
    lines = (
        ("Année", str(contenu.annee)),
        ("Schéma", _tell_schema(contenu)),
        ("État", ecrit.etat),
        ("Établi le", jour(contenu.etabli_le)),
        ("Chiffres", _tell_atlas(contenu)),
        ("Empreinte (SHA-256)", ecrit.empreinte),
    )
    told = tuple((label, typeset(value)) for label, value in lines if value)
    return Couverture(f"Département {known.de_nom if known else contenu.departement}", told)


def _tell_schema(contenu: Contenu) -> str:
    """Its name, and its years where the name does not say them."""
    years = f"{contenu.debut}-{contenu.fin}"
    return contenu.schema if years in contenu.schema else f"{contenu.schema}, {years}"


def _tell_atlas(contenu: Contenu) -> str:
    return f"Atlas « {contenu.atlas} »" if contenu.atlas else "Sans chiffres d’atlas"


def _wrap(contenu: Contenu, ecrit: EtatEcrit, blocs: list[Bloc]) -> Document:
    seal = f" · empreinte {ecrit.empreinte[:16]}…" if ecrit.empreinte else ""
    return Document(
        titre=f"Bilan {contenu.annee}",
        sous_titre=typeset(contenu.schema),
        auteur=", ".join(contenu.pilotes) or "Maillage",
        mention=typeset(f"Bilan {contenu.annee}, {ecrit.etat}{seal}"),
        blocs=tuple(map(_set_type, blocs)),
        bandeaux=() if ecrit.empreinte else (PROJET,),
        jeu_essai=contenu.essai,
    )


def _set_type(bloc: Bloc) -> Bloc:
    if isinstance(bloc, Paragraphe):
        return Paragraphe(typeset(bloc.texte))
    return Liste(tuple(map(typeset, bloc.elements))) if isinstance(bloc, Liste) else bloc


def _write_summary(contenu: Contenu) -> Iterator[Bloc]:
    """One page: what stands, by arrondissement."""
    yield Titre("L’essentiel", 1)
    given = sum(bool(one.texte) for one in contenu.textes)
    yield Paragraphe(
        f"En {contenu.annee}, le programme suit {accord(len(contenu.actions), 'déclinaison')} : "
        f"{_tell_counts(_count(contenu.actions))}. "
        f"{_tell_governance(contenu)}"
        f"{accord(given, 'contribution reçue', 'contributions reçues')} sur {len(contenu.textes)} attendues."
    )
    if contenu.actions:
        yield _cross_status(contenu)


def _tell_governance(contenu: Contenu) -> str:
    """How much was met, decided and sent up; nothing of what was not read."""
    told = []
    if contenu.reunions is not None:
        told += [accord(len(contenu.reunions), "réunion"), accord(len(contenu.decisions), "décision")]
    if contenu.remontees is not None:
        told.append(accord(len(contenu.remontees), "remontée"))
    return f"{', '.join(told)}. " if told else ""


def _cross_status(contenu: Contenu) -> Tableau:
    """Arrondissement × status of its declinaisons."""
    counts = {
        place.cle: _count(pick_arrondissement(contenu, place).actions) for place in contenu.arrondissements
    }
    kept = [statut for statut in ORDRE if any(one[statut] for one in counts.values())]
    heads = tuple(majuscule(tell_status(statut, 1).split("\xa0")[1]) for statut in kept)
    rows = tuple(
        (place.nom, *(str(counts[place.cle][statut]) for statut in kept)) for place in contenu.arrondissements
    )
    return Tableau(
        "Déclinaisons par arrondissement et par état",
        ("Arrondissement", *heads),
        rows,
        note=_cite(contenu),
        numeriques=frozenset(range(1, len(kept) + 1)),
    )


def _count(actions: Iterable[ActionDuBilan]) -> Counter[StatutDeclinaison | None]:
    return Counter(action.statut for action in actions)


def _tell_counts(counts: Comptes) -> str:
    return ", ".join(tell_status(s, counts[s]) for s in ORDRE if counts.get(s)) or "aucune"


def _cite(contenu: Contenu) -> str:
    return typeset(f"Source : {contenu.source or contenu.schema} ; programme au {jour(contenu.etabli_le)}.")


def _write_place(contenu: Contenu, place: Nomme) -> Iterator[Bloc]:
    """An arrondissement: what was done, what its pilots say, its meetings, what went up, its figures."""
    part = pick_arrondissement(contenu, place)
    yield Titre(f"Arrondissement : {place.nom}", 1, nouvelle_page=True)
    told = _tell_counts(_count(part.actions))
    yield Paragraphe(f"{majuscule(accord(len(part.actions), 'déclinaison'))} : {told}.")
    if part.actions:
        yield list_actions(contenu, part.actions, f"Ce qui est fait à {place.nom}", (ARRONDISSEMENT,))
    yield from _write_texts(contenu, part.textes)
    yield from _write_rows(contenu, part, f"à {place.nom}", (ARRONDISSEMENT,))
    yield from (Paragraphe(_tell_signalements(one)) for one in part.signalements if one.recus)
    yield from _write_propositions(contenu, part.propositions, f"à {place.nom}")
    if part.chiffres:
        yield compare_figures(contenu, part.chiffres, place)


def _write_rows(
    contenu: Contenu, part: PartieDuBilan, where: str, without: tuple[str, ...]
) -> Iterator[Bloc]:
    """The tables of a part that have something to say, but its actions and its figures."""
    if part.mesures:
        yield list_measures(contenu, part.mesures, f"Indicateurs {where}", without)
    if part.engagements:
        yield list_promises(contenu, part.engagements, f"Feuilles de route {where}", without)
    if part.reunions:
        yield list_meetings(contenu, part.reunions, f"Réunions {where}", without)
    if part.decisions:
        yield list_decisions(part.decisions, f"Décisions {where}")
    if part.remontees:
        yield list_ups(contenu, part.remontees, f"Ce qui est remonté {where}, et la réponse", without)


def _tell_signalements(one: SignalementsDuBilan) -> str:
    """How many residents signalled something here, and how many have their answer."""
    told = f"Les habitants y ont envoyé {accord(one.recus, 'signalement')} : {one.repondus} avec une réponse"
    if one.delai_j is not None:
        told += f", la moitié en {avec_unite(one.delai_j, 'j', 1 if one.delai_j % 1 else 0)} au plus"
    return f"{told} ; {one.en_attente} en attente."


def _write_propositions(contenu: Contenu, rows: tuple[PropositionDuBilan, ...], where: str) -> Iterator[Bloc]:
    """What comités d'usagers proposed, how many were kept, each with why."""
    if not rows:
        return
    counts = Counter(one.etat for one in rows)
    told = ", ".join(f"{state} : {number}" for state, number in sorted(counts.items()))
    yield Paragraphe(
        typeset(f"Les comités d’usagers y ont fait {accord(len(rows), 'proposition')} ({told}).")
    )
    yield list_propositions(contenu, rows, f"Ce que les usagers ont proposé {where}", (ARRONDISSEMENT,))


def _write_enquete(one: EnqueteDuBilan) -> Iterator[Bloc]:
    """What a survey found, small groups hidden."""
    yield Titre(f"Enquête : {one.titre}" + (" (jeu d’essai)" if one.essai else ""), 2)
    count = (
        "trop peu de réponses pour les montrer" if one.reponses is None else accord(one.reponses, "réponse")
    )
    drawn = "répondait qui voulait, sans marge d’erreur"
    if one.marge is not None:
        drawn = f"tirage au hasard, à {nombre(one.marge * 100, 1)} points près dans 95 cas sur 100"
    yield Paragraphe(f"Close le {jour(one.fermee_le)} : {count} ; {drawn}.")
    if one.lignes:
        rows = tuple(
            (typeset(line.question), typeset(line.modalite),
             "secret" if line.effectif is None else Nombre.entier(line.effectif))
            for line in one.lignes
        )  # fmt: skip
        yield Tableau(
            typeset(f"Réponses : {one.titre}"), ("Question", "Réponse", "Effectif"), rows,
            note="Un groupe trop petit est secret, et un autre avec lui.", numeriques=frozenset({2}),
        )  # fmt: skip


def _write_texts(contenu: Contenu, texts: tuple[TexteDuBilan, ...]) -> Iterator[Bloc]:
    """The contributions given, each under its theme; those owed in one sentence."""
    names = {theme.cle: theme.nom for theme in contenu.themes}
    for one in texts:
        if one.texte:
            yield Titre(names.get(one.theme or "", "Ensemble du schéma"), 2)
            yield from (Paragraphe(line.strip()) for line in one.texte.splitlines() if line.strip())
            yield Paragraphe(_sign(one))
    owed = [names.get(one.theme or "", "ensemble du schéma") for one in texts if not one.texte]
    if owed:
        yield Paragraphe(f"Contributions non reçues : {', '.join(owed)}.")


def _sign(one: TexteDuBilan) -> str:
    day = f"le {jour(one.rendue_le)}" if one.rendue_le else ""
    if not one.a_qui:
        return f"Reçue {day}." if day else "Auteur et jour non dits."
    return f"{', '.join(filter(None, (one.a_qui, day)))}."


def _write_themes(contenu: Contenu) -> Iterator[Bloc]:
    yield Titre("Par thème", 1, nouvelle_page=True)
    for theme in contenu.themes:
        part = pick_theme(contenu, theme)
        yield Titre(theme.nom, 2)
        if part.actions:
            told = _tell_counts(_count(part.actions))
            yield Paragraphe(f"{accord(len(part.actions), 'déclinaison')} : {told}.")
        else:
            yield Paragraphe("Aucune déclinaison.")
        yield from _write_own(part)
        yield from _write_rows(contenu, part, f"pour « {theme.nom} »", (THEME, ARRONDISSEMENT))
        if part.chiffres:
            yield cross_figures(contenu, theme)


def _write_own(part: PartieDuBilan) -> Iterator[Bloc]:
    for one in part.textes:
        lines = [line.strip() for line in one.texte.splitlines() if line.strip()]
        yield from map(Paragraphe, lines or [f"Contribution non reçue{_whose(one)}."])
        if lines:
            yield Paragraphe(_sign(one))


def _whose(one: TexteDuBilan) -> str:
    return f" de : {one.a_qui}" if one.a_qui else ""


def _write_whole(contenu: Contenu) -> Iterator[Bloc]:
    part = pick_departement(contenu)
    yield Titre("Pour le département", 1, nouvelle_page=True)
    yield from _write_own(part)
    yield from _write_rows(contenu, part, "pour tout le département", (ARRONDISSEMENT,))
    told = [one for one in contenu.signalements or () if one.recus]
    if told:
        yield list_signalements(contenu, told, "Ce que les habitants ont signalé")
    shared = tuple(one for one in contenu.propositions or () if one.arrondissement is None)
    yield from _write_propositions(contenu, shared, "pour tout le département")
    yield from (bloc for one in contenu.enquetes or () for bloc in _write_enquete(one))
    if contenu.amendements:
        yield list_changes(contenu.amendements, "Ce qui a changé dans le schéma")


def _write_missing(contenu: Contenu) -> Iterator[Bloc]:
    yield Titre("Ce qui manque à ce bilan", 2)
    yield Liste(contenu.manques) if contenu.manques else Paragraphe("Rien de ce qui était attendu.")


def _write_course(contenu: Contenu) -> Iterator[Bloc]:
    """How the bilan was made, and who signs it."""
    yield Titre("Comment ce bilan a été établi", 1)
    if not contenu.passages:
        yield Paragraphe("Aucun comité ne l’a encore vu.")
        return
    names = {place.cle: place.nom for place in contenu.arrondissements}
    rows = tuple(
        (
            f"{p.le:%d/%m/%Y}",
            p.acte,
            " ".join(filter(None, (p.comite, names.get(p.arrondissement or "", "")))) or "—",
            p.motif or "—",
        )
        for p in contenu.passages
    )
    yield Tableau("Étapes du bilan", ("Jour", "Étape", "Comité", "Précision"), rows)
