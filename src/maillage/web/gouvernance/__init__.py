"""Comités, meetings and what goes up to them: the pages on ``sdaasp.gouvernance``."""
