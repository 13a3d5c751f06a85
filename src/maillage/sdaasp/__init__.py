"""The schema itself: programme, gouvernance, legal course. Pure rules on dataclasses, no database."""
