"""Maillage: diagnose, plan, try out, steer and report access to public services in a French département."""

__version__ = "0.1.0"
