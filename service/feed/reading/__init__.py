"""From the bytes of a feed to checked values in staging."""
