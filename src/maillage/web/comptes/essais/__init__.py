"""Attempts to get in, bounded by account and by network address, for all processes together.

An attempt is counted before the password is looked at, so that many at once gain nothing, and taken back when
it succeeds. Neither the account nor the address is kept: only a keyed hash of each.
"""
