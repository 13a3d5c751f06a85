"""What changes in the public part of the programme, as feeds (Atom, JSON Feed) that one page lists."""
