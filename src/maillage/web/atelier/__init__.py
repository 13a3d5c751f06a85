"""The workshop: scenarios kept, shared and discussed; what they would do; where to act."""
