"""The site for a WSGI server."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from mpm_site.guard import check_kind_or_exit, check_log_or_exit, check_rooms_or_exit, load_settings_or_exit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
load_settings_or_exit()
application = get_wsgi_application()
check_kind_or_exit(("web", "upload"))
check_rooms_or_exit(settings.WEB_REFUSALS)
check_log_or_exit()
