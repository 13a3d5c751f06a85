"""Taking up what exists: published texts and workbooks read, asked about, and merged."""
