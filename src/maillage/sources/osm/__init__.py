"""An OpenStreetMap extract, from the bytes of a file to arrays of roads.

The road of a block: :mod:`fichier` opens, :mod:`pbf` finds blocks and unpacks them, :mod:`noyaux` reads the
numbers of one, :mod:`blocs` its objects; :mod:`relations`, :mod:`voies` and :mod:`noeuds` keep what
roads need, each block once (:mod:`lecture`). :mod:`assemblage` merges extracts and cuts them to a territory
(:mod:`emprise`), :mod:`etat` is what they are and lack. :mod:`lieux` reads places instead of roads.
"""
