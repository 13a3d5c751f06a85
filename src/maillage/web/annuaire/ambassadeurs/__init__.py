"""What helps those who receive and speak of the directory: a sheet by theme, training and its calendar."""
