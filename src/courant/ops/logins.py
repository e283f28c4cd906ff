"""Logins for the desk, made on this machine."""

import secrets

from django.contrib.auth import get_user_model

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def new_password(name: str) -> str:
    """Give the administrator `name` a new random password (80 bits) and return it, once."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    user, _ = get_user_model().objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": True}
    )
    user.set_password(password)
    user.save()
    return password
