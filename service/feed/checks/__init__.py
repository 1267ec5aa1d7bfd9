"""What must hold between the rows of a feed, and between them and the records."""
