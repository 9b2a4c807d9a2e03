"""A catalog made of a seed: plan (numbers), words (names and texts), rows (tables), load (bulk insertion)."""
