"""Who meets when, and what feeds what: comités, their year, their meetings."""
