"""Where pages report to; servers in front of the paper know it too."""

ADDRESS = "/figures/"
LARGEST = 1024  # bytes of a report
