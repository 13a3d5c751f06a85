"""Where to act: exact placement of sites, arrays in, arrays out (docs/adr/0111)."""
