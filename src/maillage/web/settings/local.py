"""One machine, one process, no proxy: what ``maillage serve`` and ``maillage demo`` use."""

from maillage.web.settings.base import *  # noqa: F403
