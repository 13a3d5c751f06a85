"""One module per open-data source: fetch or read, check, hand over a tidy table with its provenance."""
