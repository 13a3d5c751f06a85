"""The writers of documents: PDF, DOCX, spreadsheets."""
