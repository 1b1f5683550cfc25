"""What gunicorn writes down by itself: its errors, without what they hold."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from mpm_site.logs import Discreet


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own log in the site's words. Not by `logconfig_dict`: with that it also logs who came from where."""

    def setup(self, cfg: Config) -> None:
        """Take gunicorn's settings and give its error log the site's formatter."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Discreet("{asctime} {levelname} {name} {message}", style="{"))
