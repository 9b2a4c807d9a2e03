"""Files that nodes send to the site over HTTP, in parts, where no directory is shared."""
