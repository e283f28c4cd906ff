"""Where a Chromium is."""

import os
import shutil
from functools import cache

HOW_TO_GET_ONE = (
    "There is no Chromium for the browser tests. On Debian: apt install chromium-headless-shell "
    "or chromium; elsewhere: .venv/bin/playwright install chromium"
)
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# Quiet and without a sandbox (tests run as root in containers); nothing is fetched from elsewhere.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@cache
def chromium() -> str:
    """The path of the system's Chromium, else of Playwright's; empty when there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else ""
