"""Looking for something in an atlas by its name, as people type it."""
