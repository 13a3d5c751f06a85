"""Settings: ``local`` for one machine (``maillage serve``), ``production`` behind a proxy, ``test``."""
