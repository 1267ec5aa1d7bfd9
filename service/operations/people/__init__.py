"""Accounts of people: log-ins, sessions, tokens of their scripts."""
