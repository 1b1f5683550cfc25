"""How the site is started: locally with everything embedded, or on real servers."""
