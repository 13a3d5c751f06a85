"""Lines of public transport on trial: edits of timetables, what they give and take, in words."""
