"""Dated, sourced constants and typed loaders: service types, baskets, indicators, thresholds, speeds."""
