"""What becomes of phones' events: stored as they came, then admitted to the records or held."""
