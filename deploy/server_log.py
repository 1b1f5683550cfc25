"""What gunicorn writes down by itself: its errors, without what they hold."""

import os

from gunicorn.config import Config
from gunicorn.glogging import Logger

from mpm_site.logs import Discreet, Lines


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own log in the site's words. Not by `logconfig_dict`: with that it also logs who came from where."""

    def setup(self, cfg: Config) -> None:
        """Take gunicorn's settings and give its error log the site's formatter."""
        super().setup(cfg)
        is_json = os.environ.get("MPM_LOG_FORMAT") == "json"
        for handler in self.error_log.handlers:
            handler.setFormatter(Lines() if is_json else Discreet("{asctime} {levelname} {name} {message}", style="{"))
