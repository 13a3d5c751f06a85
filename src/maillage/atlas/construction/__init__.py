"""Building an atlas: inputs, stages, checks, writing whole or not at all."""
