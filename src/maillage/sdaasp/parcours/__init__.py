"""The legal course of a schema: who is consulted, until when, what each answered, what may come next."""
