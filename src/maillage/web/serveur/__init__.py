"""Running an install: prepare the database, serve, work, back up, restore."""
