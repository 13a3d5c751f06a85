"""What the product ships that others wrote: bill of materials, licences, audit (docs/adr/0171)."""
