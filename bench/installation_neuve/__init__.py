"""The guide of an install, played on new Debians: see ``__main__``."""
