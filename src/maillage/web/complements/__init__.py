"""Partners complete and correct the places of the atlas, line by line (docs/adr/0167)."""
