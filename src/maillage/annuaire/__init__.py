"""The directory of structures and what they offer: records of other producers, matched, timed and corrected.

Values in, values out: no database, no file. A record has the fields of data·inclusion v1 (ADR 0150).
"""
