"""Readers of directories: one module per format, each giving the same ``LectureAnnuaire``; none writes.

``registre.read`` recognises a file by its content. Every record is valid by the national library, or is left
out with each of its faults.
"""
