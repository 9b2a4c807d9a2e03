"""Six small reference models: the corpus they read, the tasks they sit and the command that trains them."""
