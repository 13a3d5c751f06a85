"""One module per family of indicators, one function per catalogue entry; see ``evaluation/registre.py``."""
