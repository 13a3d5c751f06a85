"""From the arrays of an OpenStreetMap extract to a directed graph for one mode of travel.

The road of a tag: :mod:`rules` says who may use a way and in which direction, :mod:`speeds` how fast,
:mod:`segments` cuts ways into segments, :mod:`chains` joins them into roads between crossings, :mod:`turns`
opens crossings where a turn is forbidden, :mod:`build` drops islands and hands over the graph.
"""
