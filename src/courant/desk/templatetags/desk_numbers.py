"""Numbers as the desk shows them."""

from django import template

register = template.Library()


@register.filter
def number(value: int) -> str:
    """12,345"""
    return f"{value:,}"


@register.filter
def percent(value: int, whole: int) -> str:
    """The share of a whole: "3.5 %"; a dash where there is no whole."""
    return f"{100 * value / whole:.1f}\N{NO-BREAK SPACE}%" if whole else "–"
