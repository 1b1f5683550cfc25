"""nginx in front, with TLS and a certificate of its own making; no byte of a body goes to its disk."""

import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.state import CHECKOUT
from tests.services.host import HERE, Engine, Host, listens

PROGRAM: Final = "/usr/sbin/nginx"
OURS: Final = CHECKOUT / "deploy" / "nginx"
MAIN: Final = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
{user}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/unused;
    uwsgi_temp_path {folder}/unused;
    scgi_temp_path {folder}/unused;
    {more}
    include mpm/mpm.conf;
}}
"""
Addresses = Sequence[tuple[str, int]]


class Nginx(Engine):
    """One reverse proxy as deploy/nginx sets it up, before one or more web processes (host and port each).

    Changed are names, addresses and ports, and how many connections one visitor has: all of ours come from one. `more`
    stands beside the site file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: Host = HERE,
        name: str = "localhost",
        port: int | None = None,
        more: str = "",
        connections: int = 400,
    ) -> None:
        self._more, self._connections = more, connections
        super().__init__(folder, host=host, port=port)
        self.name, self._plain_port = name, host.free_port()

    @property
    def folder(self) -> Path:
        """Where its settings and its certificate are."""
        return self._folder

    @property
    def url(self) -> str:
        """The site's address."""
        return f"https://{self.name}:{self.port}"

    @property
    def plain_url(self) -> str:
        """The address without encryption, which leads on to the other."""
        return f"http://{self.host.address}:{self._plain_port}"

    @property
    def certificate(self) -> Path:
        """What clients are to trust."""
        return self.folder / "certificate.pem"

    def trust(self) -> ssl.SSLContext:
        """A client's settings that trust this proxy and nobody else."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def start(self, servers: Addresses, uploads: Addresses = ()) -> None:
        """Start it before these web processes (others for uploads, where there are) and wait until it listens.

        Raises ServiceFailed.
        """
        ours = self.folder / "mpm"
        ours.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.certificate.exists():
            self.make_certificate()
        for file in OURS.glob("*.conf"):
            (ours / file.name).write_text(self._as_here(file.read_text()))
        upstreams = {"mpm_web": servers, "mpm_upload": uploads or servers}
        (ours / "upstreams.conf").write_text("".join(_upstream(*each) for each in upstreams.items()))
        settings = self.folder / "nginx.conf"
        settings.write_text(
            MAIN.format(folder=self.folder, more=self._more, user="user root;" if os.geteuid() == 0 else "")
        )
        running = self._run("nginx", PROGRAM, "-p", self.folder, "-c", settings, env={"PATH": os.defpath})
        running.wait_until(lambda: listens(self.host.address, self.port))

    def _as_here(self, settings: str) -> str:
        for ours, here in {
            "listen 80;": f"listen {self.host.address}:{self._plain_port};",
            "listen 443 ssl http2;": f"listen {self.host.address}:{self.port} ssl http2;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl http2;": "",
            "pictures.example.org": self.name,
            "/etc/mpm/tls/site.pem": str(self.certificate),
            "/etc/mpm/tls/site.key": str(self.folder / "key.pem"),
            # The port is part of a host's name here.
            "Host $host;": "Host $http_host;",
            "mpm_visitors 40;": f"mpm_visitors {self._connections};",
        }.items():
            settings = settings.replace(ours, here)
        return settings

    def make_certificate(self) -> None:
        """A certificate for this name and address, signed by itself, with its key beside it."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        now = dt.datetime.now(dt.UTC)
        address = ipaddress.ip_address(self.host.address)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(minutes=5))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(self.name), x509.IPAddress(address)]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private = self.folder / "key.pem"
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _upstream(name: str, servers: Addresses) -> str:
    listed = " ".join(f"server {address}:{port} max_fails=0;" for address, port in servers)
    return f"upstream {name} {{ {listed} }}\n"
