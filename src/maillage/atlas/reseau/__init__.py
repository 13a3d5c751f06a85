"""Road networks as files: on disk, from an extract, as an input of a build."""
