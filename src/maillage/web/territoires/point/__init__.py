"""One page on one territory, for who answers for it: where it stands, what is done, what stops."""
