"""The address that binds a phone: what a manager's page shows as a QR code."""


def enrolment_url(public_url: str, code: str) -> str:
    """Return `https://HOST/app/#enrol=CODE`: what stands behind # never reaches a server's log."""
    return f"{public_url.rstrip('/')}/app/#enrol={code}"
