"""Consultations on a text of the programme: opened by who pilots it, each comment answered."""
