"""Open services: what the atlas, the programme and the directory hold, as the OGC's addresses give it."""
