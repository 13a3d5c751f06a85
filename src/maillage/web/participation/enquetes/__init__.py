"""Surveys: made by agents, answered by anybody without a name, read by all with small groups hidden."""
