"""What the newsletter tells the house."""

from django.dispatch import Signal

edition_out = Signal()  # edition: Edition; in the transaction that changes what its page shows
