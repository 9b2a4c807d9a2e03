"""Samples side by side: one task's documents with what each of several models answered."""
