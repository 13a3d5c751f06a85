"""Timetables kept and asked: feeds joined into one folder, days opened, routes told."""
