"""The site for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from mpm_site.guard import check_log_or_exit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpm_site.settings")
application = get_wsgi_application()
check_log_or_exit()
