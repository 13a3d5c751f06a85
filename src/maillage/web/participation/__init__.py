"""What residents say and what became of it: signalements, and surveys (docs/adr/0151)."""
