"""Changes tried before they are made: scenarios, what they do to people, where to place, tours.

``modifications``, ``impact``, ``placement`` and ``tournees`` work on values and arrays; ``application`` and
``simulation`` meet the atlas, evaluated again in memory (docs/adr/0110).
"""
