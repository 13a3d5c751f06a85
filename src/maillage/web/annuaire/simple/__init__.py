"""The plain version of a record: its words, its picture, who read it again and when."""
