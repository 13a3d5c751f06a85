"""Open geographic services as the OGC writes them: layers, questions and answers, filters, tiles.

Values in, values out: no database, no file, no Django. What a layer holds is read by who makes it.
"""
