"""Facts: what the files of a version say of it, read as data and never loaded."""
