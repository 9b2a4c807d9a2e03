"""Webhooks: which addresses may be told, how a message is signed, and how it is sent."""
