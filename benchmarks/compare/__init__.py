"""Eight models on ten tasks of 10,000 documents each: what it costs to compare them, and how exact the tests are."""
