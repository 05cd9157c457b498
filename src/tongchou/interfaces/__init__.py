"""Ways in: the command line, files, and later the hospital interface and the web."""
