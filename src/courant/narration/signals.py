"""What narration tells the house."""

from django.dispatch import Signal

narration_ready = Signal()  # story_id: int; sent once the row is committed
