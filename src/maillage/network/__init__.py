"""Roads and timetables to travel times: arrays in, arrays out."""
