"""Measure the product against what a user would pick instead."""
