"""Opening hours: the ``opening_hours`` syntax of OpenStreetMap, read as the specification 0.7.2 says.

``regles`` cuts a text into rules, ``jours`` and ``heures`` read their selectors, ``semaine`` puts the rules
one on the other, ``dates`` does so on an exact day, ``dire`` says them in French, ``saisie`` reads them as
people type them. Three states: closed, perhaps open, surely open.
"""
