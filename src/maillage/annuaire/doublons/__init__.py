"""One place, once: structures of several lists, compared, weighed, grouped, told apart by people."""
