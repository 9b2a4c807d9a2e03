"""Whether any read is stale: processes that write, processes that read, and what each read may have answered."""
