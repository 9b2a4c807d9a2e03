"""What the list of models costs at any size: our side, and Datasette beside it."""
