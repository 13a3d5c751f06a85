"""The legal course of a schema: the text and its versions, who is consulted, the acts, the whole file."""
