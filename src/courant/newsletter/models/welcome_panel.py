"""What the desk shows below each letter of a series, in the form of its newsletter."""

from typing import Any

from wagtail.admin.panels import Panel


class WelcomePanel(Panel):
    """How many readers got the letter, and the way to its preview."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsletter/welcome_panel.html"

        def is_shown(self) -> bool:
            """Not below a letter that was not saved yet."""
            return bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "letter": self.instance}
