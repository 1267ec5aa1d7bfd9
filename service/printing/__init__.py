"""What becomes PDF."""
