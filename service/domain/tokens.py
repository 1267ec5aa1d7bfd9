"""Random secrets that people, scripts and phones carry, and the hashes that are kept of them."""

import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    """Return 256 random bits as 43 characters of base64url."""
    return secrets.token_urlsafe(BYTES)


def token_hash(text: str) -> str:
    """Return the SHA-256 of a token's UTF-8 as 64 hex digits: what the database keeps.

    The tokens are random and long, so a slow hash would add nothing.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
