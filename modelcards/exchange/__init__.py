"""Cards in and out of the catalog: Hugging Face cards, CSV, JSON, Parquet. Pure reading and writing, no rows."""
