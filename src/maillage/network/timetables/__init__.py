"""Timetables: what public transport makes reachable, and when. Arrays in, arrays out (docs/adr/0120)."""
