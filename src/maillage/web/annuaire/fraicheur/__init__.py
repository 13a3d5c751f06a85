"""Campaigns: « is it still true? », asked of each structure, answered by a link without account."""
