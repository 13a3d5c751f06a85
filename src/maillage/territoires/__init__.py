"""Communes, EPCI, arrondissements, bassins, QPV, carreaux; figures moved from one mesh to another.

``lieux`` says what the territories are, ``decoupage`` how one mesh cuts another, ``fragments`` where the
people of a cell live among communes, ``transfert`` moves figures, ``frontiere`` says what the border hides.
"""
