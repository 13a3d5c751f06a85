"""A scenario as a small YAML file that people write, compare and keep: text to values and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.scenarios.modifications import GENRES, Modification, Scenario, name_places, to_mapping

FORMAT: Final = "scenario 1"
MOST_CHARACTERS: Final = 2_000_000
DEEPEST: Final = 12
SAID: Final = {"oui": "true", "non": "false"}
UNSAID: Final = ("", "~", "null")
Read = TypeVar("Read")


def read_scenario(text: str, name: str = "scénario") -> Scenario:
    """The scenario that a file holds; ``name``: the file's, for messages.

    Raises:
        EntreeInvalide: every fault, with its line.
    """
    root = parse(text, name)
    content = to_plain(root)
    if not isinstance(content, dict) or "maillage" not in content:
        raise EntreeInvalide(f"{name} n’est pas un scénario : il lui faut une ligne « maillage: {FORMAT} ».")
    if content["maillage"] != FORMAT:
        raise EntreeInvalide(
            f"{name} : « maillage: {content['maillage']} » ; cette version lit « {FORMAT} »."
        )
    reader = _Lecteur(name, root)
    edits = reader.read_edits(content.get("modifications"))
    rest = {key: value for key, value in content.items() if key not in ("maillage", "modifications")}
    scenario = reader.validate(Scenario, rest | {"modifications": edits}, ())
    if reader.fautes or scenario is None:
        raise EntreeInvalide(f"Le scénario {name} est refusé.", tuple(reader.fautes))
    return name_places(scenario)


def write_scenario(scenario: Scenario) -> str:
    """The file of a scenario; the same scenario gives the same text.

    >>> from maillage.scenarios.modifications import Fermeture
    >>> print(write_scenario(Scenario(nom="Simulation", modifications=(Fermeture(lieu="poste:1"),))))
    maillage: scenario 1
    nom: Simulation
    modifications:
    - fermer:
        lieu: poste:1
    <BLANKLINE>
    """
    edits = [{edit.cle: to_mapping(edit)} for edit in scenario.modifications]
    content = {"maillage": FORMAT, **to_mapping(scenario)} | {"modifications": edits}
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100))


def parse(text: str, name: str) -> yaml.Node:
    """The tree of a text, shallow and without aliases: a short text stays a small tree."""
    if len(text) > MOST_CHARACTERS:
        raise EntreeInvalide(f"{name} dépasse {MOST_CHARACTERS} caractères : ce n’est pas un scénario.")
    try:
        check_tree(text)
        return yaml.compose(text, yaml.BaseLoader) or yaml.ScalarNode("tag:yaml.org,2002:str", "")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        advice = (
            "Revoyez les deux-points, les retraits et les guillemets ; les renvois (& et *) sont refusés."
        )
        raise EntreeInvalide(
            f"{name} ne se lit pas.", (Faute("YAML mal formé", name, line, None, advice),)
        ) from error
    except yaml.YAMLError as error:
        raise EntreeInvalide(f"{name} ne se lit pas : ce n’est pas du YAML.") from error


def check_tree(text: str) -> None:
    """Refuse what a scenario has no use for: aliases, depth."""
    depth = 0
    for event in yaml.parse(text, yaml.BaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem_mark=event.start_mark)


def to_plain(node: yaml.Node) -> Any:
    """A tree as lists, mappings and texts; null where a text says nothing.

    >>> to_plain(parse("a: ['01001', non, ~]", "x"))
    {'a': ['01001', 'false', None]}
    """
    if isinstance(node, yaml.MappingNode):
        content = {str(key.value): to_plain(value) for key, value in node.value}
        return content if len(content) == len(node.value) else refuse_twice(node)
    if isinstance(node, yaml.SequenceNode):
        return [to_plain(item) for item in node.value]
    quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
    if not quoted and node.value in UNSAID:
        return None
    return node.value if quoted else SAID.get(node.value, node.value)


def refuse_twice(node: yaml.MappingNode) -> None:
    """Refuse a mapping that says the same word twice."""
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            fault = Faute(f"« {key.value} » est dit deux fois", None, key.start_mark.line + 1)
            raise EntreeInvalide("Ce scénario est refusé.", (fault,))
        seen.add(key.value)


def find_line(node: yaml.Node, path: tuple[str | int, ...]) -> int:
    """The line, from 1, of what a path leads to; of the nearest thing above when it is not there."""
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node.value[step]
        else:
            found = None
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1 if node.start_mark else 1


@dataclass
class _Lecteur:
    """Reads parts of one file, and keeps what is wrong."""

    nom: str
    racine: yaml.Node
    fautes: list[Faute] = field(default_factory=list)

    def read_edits(self, listed: Any) -> list[Modification]:
        """The edits that can be read."""
        if listed is None:
            return []
        if not isinstance(listed, list):
            self.add("« modifications » est une liste (un tiret par modification)", ("modifications",))
            return []
        found = [self.read_edit(item, ("modifications", rank)) for rank, item in enumerate(listed)]
        return [edit for edit in found if edit is not None]

    def read_edit(self, item: Any, path: tuple[str | int, ...]) -> Modification | None:
        """One edit: a mapping of one key, its kind."""
        if not isinstance(item, dict) or len(item) != 1:
            self.add("une modification est un mot (fermer, ouvrir…) suivi de ce qu’elle change", path)
            return None
        ((kind, content),) = item.items()
        if kind not in GENRES:
            close = get_close_matches(kind, GENRES, n=1)
            known = f"Vouliez-vous dire « {close[0]} » ?" if close else f"Possibles : {', '.join(GENRES)}."
            self.add(f"modification « {kind} » inconnue", path, advice=known)
            return None
        return self.validate(GENRES[kind], content, (*path, kind))

    def validate(self, wanted: type[Read], content: Any, path: tuple[str | int, ...]) -> Read | None:
        """What a part holds, or null and its faults."""
        try:
            return TypeAdapter(wanted).validate_python(content)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                where = tuple(step for step in fault["loc"] if isinstance(step, int) or step.islower())
                column = next((str(step) for step in reversed(where) if isinstance(step, str)), None)
                self.add(explain(fault), (*path, *where), column)
        return None

    def add(
        self, what: str, path: tuple[str | int, ...], column: str | None = None, advice: str | None = None
    ) -> None:
        """Keep a fault."""
        self.fautes.append(Faute(what, self.nom, find_line(self.racine, path), column, advice))


def explain(fault: Any) -> str:
    """A fault of validation, in French."""
    kind, limits, given = fault["type"], fault.get("ctx", {}), fault.get("input")
    if kind == "value_error":
        return str(limits["error"])
    if kind in PHRASES:
        return PHRASES[kind].format(**limits, donne=given).replace("' or '", "', '")
    return f"valeur « {given} » refusée"


PHRASES: Final = {
    "missing": "à renseigner",
    "missing_argument": "à renseigner",
    "unexpected_keyword_argument": "ce mot n’est pas connu ici",
    "extra_forbidden": "ce mot n’est pas connu ici",
    "dataclass_type": "il faut ici des mots suivis de valeurs, non « {donne} »",
    "string_type": "il faut un texte",
    "string_too_short": "ce texte est vide",
    "string_pattern_mismatch": "« {donne} » n’est pas une heure (exemple : 07:30, ou 25:10 après minuit)",
    "string_too_long": "ce texte dépasse {max_length} caractères",
    "float_parsing": "« {donne} » n’est pas un nombre (le point sépare les décimales : 3.05)",
    "float_type": "il faut un nombre",
    "finite_number": "« {donne} » n’est pas un nombre fini",
    "int_parsing": "« {donne} » n’est pas un nombre entier",
    "int_from_float": "« {donne} » n’est pas un nombre entier",
    "int_parsing_size": "ce nombre est trop grand",
    "int_type": "il faut un nombre entier",
    "bool_parsing": "« {donne} » n’est ni oui ni non",
    "bool_type": "il faut oui ou non",
    "literal_error": "« {donne} » n’est pas possible ici (possibles : {expected})",
    "tuple_type": "il faut une liste",
    "dict_type": "il faut des mots suivis de valeurs",
    "too_short": "il en faut {min_length} au moins",
    "too_long": "il en faut {max_length} au plus",
    "greater_than": "{donne} : il faut plus de {gt}",
    "greater_than_equal": "{donne} : il faut {ge} au moins",
    "less_than": "{donne} : il faut moins de {lt}",
    "less_than_equal": "{donne} : il faut {le} au plus",
}
