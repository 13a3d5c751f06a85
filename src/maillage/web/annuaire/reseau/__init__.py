"""The reception network: who receives where, where the chain breaks, what is made of it."""
