"""Made-up districts as feeds: one to show the service with, one to measure its speed with."""
