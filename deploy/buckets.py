"""Makes the S3 buckets of MPM_S3_BUCKET and MPM_S3_LOG_BUCKET, where they are missing: `python -m deploy.buckets`.

Without versioning, which would keep copies of what was deleted. Does nothing where no bucket is named.
"""

import sys

from mpm_site import stores
from mpm_site.bucket import Bucket


def main() -> int:
    """Make what is missing; 1 when the store refuses or is silent."""
    try:
        for name in sorted({stores.sealed_bucket(), stores.log_bucket()} - {""}):
            if Bucket(**stores.options(name)).make():
                sys.stdout.write(f"made the bucket {name}\n")
    except OSError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
