"""An atlas as files for others: what each table says, and its writing in open formats."""
