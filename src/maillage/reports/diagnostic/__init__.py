"""The diagnosis as a document: the same content as a page, a PDF and a workbook."""
