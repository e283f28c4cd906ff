"""What comes back: bounces and complaints, by mail or from a provider, into their rows.

parse.py     a mail → what it reports (RFC 3464, RFC 5965); pure
record.py    a report → its row, and what follows: suppress, count, hold back
listener.py  a server of our own that a mail server hands reports to (LMTP or SMTP, loopback)
mailbox.py   a mailbox that is read over IMAP
webhooks.py  what providers call, through django-anymail
"""
