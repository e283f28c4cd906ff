"""Whether mail servers believe us, and what to publish so that they do.

lookup.py   the name system, with “not there” and “could not be looked up” kept apart
spf.py      which machines a domain lets send (RFC 7208)
records.py  what to publish
checks.py   what is, point by point
"""
