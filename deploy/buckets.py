"""Makes the S3 buckets of MPM_S3_BUCKET and MPM_S3_LOG_BUCKET, where they are missing: `python -m deploy.buckets`.

Without versioning, which would keep copies of what was deleted. Does nothing where no bucket is named.
"""

import sys

import boto3
from botocore.exceptions import ClientError

from mpm_site import env


def main() -> int:
    """Make what is missing; 1 when the store refuses."""
    wanted = sorted({env.text("MPM_S3_BUCKET", ""), env.text("MPM_S3_LOG_BUCKET", "")} - {""})
    if not wanted:
        return 0
    store = boto3.client(
        "s3",
        endpoint_url=env.text("MPM_S3_ENDPOINT"),
        region_name=env.text("MPM_S3_REGION", "us-east-1"),
        aws_access_key_id=env.text("MPM_S3_KEY_ID"),
        aws_secret_access_key=env.text("MPM_S3_SECRET"),
    )
    try:
        there = {bucket["Name"] for bucket in store.list_buckets().get("Buckets", [])}
        for name in wanted:
            if name not in there:
                store.create_bucket(Bucket=name)
                sys.stdout.write(f"made the bucket {name}\n")
    except ClientError as refusal:
        sys.stderr.write(f"The object store refuses: {refusal.response['Error'].get('Code', 'unknown')}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
