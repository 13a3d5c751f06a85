"""A device in words, from what its browser says; nothing else of it is kept."""

from __future__ import annotations

NAVIGATEURS = {"Edg": "Edge", "OPR/": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMES = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def describe_device(user_agent: str) -> str:
    """The browser and the system in words.

    >>> describe_device("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox sous Windows'
    >>> describe_device("curl/8")
    'Appareil inconnu'
    """
    browser = next((name for mark, name in NAVIGATEURS.items() if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMES.items() if mark in user_agent), "")
    return " sous ".join(part for part in (browser, system) if part) or "Appareil inconnu"
