"""The départements whose atlases are open here, side by side: see docs/adr/0169."""
