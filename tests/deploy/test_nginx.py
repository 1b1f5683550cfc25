"""nginx takes the site file, and the file keeps bodies, addresses and links off the disk."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.urls import reverse

from tests.structure.test_imports import ROOT

FOLDER = ROOT / "deploy" / "nginx"
MAIN = """
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/mpm.conf;
}}
"""


def certificate(folder: Path) -> None:
    """One for a day, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pictures.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    (folder / "site.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "site.key").write_bytes(private)


@pytest.mark.parametrize("upstreams", ["nginx", "compose"])
def test_nginx_takes_the_site_file(upstreams: str, tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    certificate(tmp_path)
    (tmp_path / "mpm").mkdir()
    shutil.copy(FOLDER / "proxy.conf", tmp_path / "mpm")
    shutil.copy(ROOT / "deploy" / upstreams / "upstreams.conf", tmp_path / "mpm")
    site = (FOLDER / "mpm.conf").read_text().replace("/etc/mpm/tls", str(tmp_path))
    (tmp_path / "mpm.conf").write_text(site)
    (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path))
    command = [nginx, "-t", "-q", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_uploads_go_to_their_own_processes_and_nothing_is_kept_on_the_way() -> None:
    site, proxy = (FOLDER / "mpm.conf").read_text(), (FOLDER / "proxy.conf").read_text()
    uploads = re.search(r"location = (\S+) \{[^}]+mpm_upload;", site)
    assert uploads is not None
    assert uploads[1] == reverse("contributions:photo_add")
    for line in ("proxy_request_buffering off;", "proxy_max_temp_file_size 0;", "proxy_next_upstream off;"):
        assert line in proxy
    assert site.count("access_log off;") == site.count("server_name ")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    for private in (reverse("readyz"), "/metrics"):
        assert re.search(rf"location = {private} \{{\s+return 404;", site)
