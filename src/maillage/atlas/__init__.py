"""Build, open and verify the immutable data set: the one place where sources, computations and files meet."""
