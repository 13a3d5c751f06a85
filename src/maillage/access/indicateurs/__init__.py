"""One module per family of indicators, one function per catalogue entry; see ``access/registre.py``."""
