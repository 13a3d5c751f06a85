"""The public pages as plain files, for any host: no server, no script, no account (docs/adr/0163)."""
