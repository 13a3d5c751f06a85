"""Travel times without roads: a closed formula, its errors, its what-if."""
