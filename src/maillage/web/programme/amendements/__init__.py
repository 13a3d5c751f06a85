"""Changes proposed by some and decided by others."""
