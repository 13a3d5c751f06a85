"""Diagnosis, bilan, portraits and fiches as HTML, PDF, ODS and DOCX."""
