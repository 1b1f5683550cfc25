"""gunicorn's settings: threads for pages, and uploads beside them (deploy.worker); the picture codec runs elsewhere."""

import os

bind = os.environ.get("MPM_BIND", "127.0.0.1:8000").split(",")
workers = int(os.environ.get("MPM_WEB_WORKERS", "2"))
threads = int(os.environ.get("MPM_WEB_THREADS", "8"))
worker_class = "deploy.worker.RoomyWorker"
# With the databases' connections and the files of uploads below 1,024 open files, where many systems end.
worker_connections = 800
# One import for all workers: they share its memory, and a mistake in the settings stops the start.
preload_app = True
wsgi_app = "mpm_site.wsgi:application"
timeout = 60
graceful_timeout = 20
keepalive = 5
# Who is let in by address is nobody; a proxy in front is the only one whose word on the scheme counts.
forwarded_allow_ips = os.environ.get("MPM_PROXY_ADDRESSES", "127.0.0.1,::1")
# No access log: it would hold visitors' addresses.
accesslog = None
loglevel = "warning"
control_socket_disable = True
# No header says what the path of a request is: the scheme is all that a proxy tells.
forwarder_headers = ""
logger_class = "deploy.server_log.ServerLog"
