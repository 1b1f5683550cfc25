"""The yardstick of bench.uploads: gunicorn's own threaded worker, as the site used it before uploads had room."""

import os

bind = os.environ["MPM_BIND"].split(",")
workers = 2
threads = 8
worker_class = "gthread"
preload_app = True
wsgi_app = "mpm_site.wsgi:application"
timeout = 60
graceful_timeout = 1
keepalive = 5
accesslog = None
loglevel = "warning"
control_socket_disable = True
