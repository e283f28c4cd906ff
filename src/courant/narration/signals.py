"""What narration tells the house."""

from django.dispatch import Signal

narration_ready = Signal()  # story_id: int; sent once the row is committed
narration_failed = Signal()  # story_id: int; nobody will try again unless asked to
