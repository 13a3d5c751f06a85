"""The stages of a build: thin adapters from lots of tables to computations and back."""
