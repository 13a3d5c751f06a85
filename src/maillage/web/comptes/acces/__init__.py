"""Ways into an account: password, second factor, recovery, open sessions."""
