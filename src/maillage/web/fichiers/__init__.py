"""Files people give to any followed object: documents as they are, photos drawn again (docs/adr/0144)."""
