"""The factorised road graph: order, factor, sweeps, bounded searches, routes."""
