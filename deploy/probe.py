"""Asks the web process of this machine or container how it is, in the proxy's place: `python -m deploy.probe /readyz`.

Ends with 0 when it answers 200. What it says of itself is printed; it names nobody.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

PATIENCE_SECONDS = 8


def main() -> int:
    """Ask for the path on the command line, or /healthz."""
    path = sys.argv[1] if sys.argv[1:] else "/healthz"
    site = urlsplit(os.environ["MPM_SITE_URL"])
    port = int(os.environ.get("MPM_BIND", "127.0.0.1:8000").split(",")[0].rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
        answer = connection.getresponse()
        sys.stdout.write(answer.read(2000).decode(errors="replace"))
    except (OSError, http.client.HTTPException):
        return 1
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
