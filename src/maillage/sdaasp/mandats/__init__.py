"""Mandates: what one covers, and who may give, renew, end or take over one; pure rules."""
