"""OpenStack Swift with its s3api as the S3 server: it checks signatures and their age. One copy of each object."""

import os
import pwd
import secrets
import subprocess
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from deploy.local.services import ServiceFailed
from tests.services.host import HERE, Engine, Host, listens

PYTHON: Final = "/usr/bin/python3"  # where Debian's packages are
# Without the folder told beforehand it looks for its settings in /etc.
SERVE: Final = (
    "import sys; from swift.common.utils import set_swift_dir; from swift.common.wsgi import run_wsgi; "
    "set_swift_dir(sys.argv[1]); sys.exit(run_wsgi(*sys.argv[2:]))"
)
RING: Final = """
import sys
from swift.common.ring import RingBuilder
for path, address, port in zip(*[iter(sys.argv[1:])] * 3):
    ring = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    ring.add_dev({"region": 1, "zone": 1, "ip": address, "port": int(port), "device": "d1", "weight": 1})
    ring.rebalance()
    ring.get_ring().save(path)
"""
ENVIRONMENT: Final = {"PATH": os.defpath, "LANG": "C.UTF-8"}
KINDS: Final = ("object", "container", "account")
REGION: Final = "us-east-1"
PIPELINE: Final = (
    "catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth "
    "copy slo dlo versioned_writes symlink"
)
OPTIONS: Final = {
    "s3api": "s3_acl = false\nlocation = us-east-1\n",
    "versioned_writes": "allow_object_versioning = true\n",
}
# Names of filters that differ from the packages' own.
EGGS: Final = {"cache": "memcache"}


class Swift(Engine):
    """An object store with one account."""

    def __init__(self, folder: Path, *, host: Host = HERE) -> None:
        super().__init__(folder, host=host)
        self._ports = {kind: host.free_port() for kind in (*KINDS, "memcached")}
        self.key_id, self.secret = "mpm:site", secrets.token_hex(16)

    @property
    def url(self) -> str:
        """The address that S3 clients are told."""
        return f"http://{self.host.address}:{self.port}"

    def start(self) -> None:
        """Start the four servers and their cache and wait until the store answers. Raises ServiceFailed."""
        if not self._folder.exists():
            self._write_settings()
        cache = ["memcached", "-l", self.host.address, "-p", str(self._ports["memcached"]), "-U", "0", "-m", "16"]
        self._run("memcached", *cache, *(["-u", "root"] if os.geteuid() == 0 else []), env=ENVIRONMENT)
        for kind in KINDS:
            self._serve(kind, f"{kind}-server")
        self._serve("proxy", "proxy-server")
        for process, port in zip(self._processes, [self._ports["memcached"], *self._own_ports()], strict=True):
            process.wait_until(lambda port=port: listens(self.host.address, port))  # type: ignore[misc]

    def _own_ports(self) -> list[int]:
        return [*(self._ports[kind] for kind in KINDS), self.port]

    def client(self) -> Any:
        """A client of boto3, for what no process of the site does: making and looking into buckets."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self.key_id,
            aws_secret_access_key=self.secret,
            config=Config(
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def make_bucket(self, name: str) -> None:
        """A bucket that is empty."""
        self.client().create_bucket(Bucket=name)

    def empty(self, name: str) -> None:
        """Delete everything in a bucket."""
        client = self.client()
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=name):
            for found in page.get("Contents", ()):
                client.delete_object(Bucket=name, Key=found["Key"])

    def settings(self, *, bucket: str = "", log_bucket: str = "") -> dict[str, str]:
        """The site's settings for these buckets."""
        return {
            "MPM_S3_ENDPOINT": self.url,
            "MPM_S3_REGION": REGION,
            "MPM_S3_BUCKET": bucket,
            "MPM_S3_LOG_BUCKET": log_bucket,
            "MPM_S3_KEY_ID": self.key_id,
            "MPM_S3_SECRET": self.secret,
        }

    def _serve(self, kind: str, app: str) -> None:
        told = (self._folder, self._folder / f"{kind}.conf", app)
        self._run(f"swift-{kind}", PYTHON, "-W", "ignore", "-c", SERVE, *told, env=ENVIRONMENT)

    # -- Settings -------------------------------------------------------------------------------------------------

    def _write_settings(self) -> None:
        (self._folder / "node" / "d1").mkdir(parents=True, mode=0o700)
        self._write("swift", {"swift-hash": f"swift_hash_path_suffix = {secrets.token_hex(8)}\n"})
        for kind in KINDS:
            common = (
                f"devices = {self._folder}/node\nmount_check = false\ndisable_fallocate = true\nfallocate_reserve = 0\n"
            )
            self._write(
                kind,
                {
                    "DEFAULT": self._default(kind, self._ports[kind]) + common,
                    "pipeline:main": f"pipeline = {kind}-server\n",
                    f"app:{kind}-server": f"use = egg:swift#{kind}\n",
                },
            )
        self._write("proxy", self._proxy())
        self._make_rings()

    def _proxy(self) -> dict[str, str]:
        options = {
            **OPTIONS,
            "cache": f"memcache_servers = {self.host.address}:{self._ports['memcached']}\n",
            "tempauth": f"user_mpm_site = {self.secret} .admin\n",
        }
        filters = {
            f"filter:{name}": f"use = egg:swift#{EGGS.get(name, name)}\n{options.get(name, '')}"
            for name in PIPELINE.split()
        }
        return {
            "DEFAULT": self._default("proxy", self.port),
            "pipeline:main": f"pipeline = {PIPELINE} proxy-server\n",
            "app:proxy-server": "use = egg:swift#proxy\nallow_account_management = true\naccount_autocreate = true\n",
            **filters,
        }

    def _default(self, name: str, port: int) -> str:
        user = pwd.getpwuid(os.geteuid()).pw_name
        return (
            f"bind_ip = {self.host.address}\nbind_port = {port}\nworkers = 0\nuser = {user}\n"
            f"swift_dir = {self._folder}\nlog_name = {name}\nlog_level = WARNING\n"
        )

    def _write(self, name: str, sections: dict[str, str]) -> None:
        text = "".join(f"[{section}]\n{lines}" for section, lines in sections.items())
        (self._folder / f"{name}.conf").write_text(text)

    def _make_rings(self) -> None:
        said = [str(word) for kind in KINDS for word in (self._ring(kind), self.host.address, self._ports[kind])]
        made = subprocess.run([PYTHON, "-W", "ignore", "-c", RING, *said], capture_output=True, text=True, check=False)
        if made.returncode:
            raise ServiceFailed(made.stderr)

    def _ring(self, kind: str) -> Path:
        return self._folder / f"{kind}.ring.gz"
