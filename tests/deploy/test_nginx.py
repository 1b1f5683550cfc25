"""nginx takes the site file, and the file keeps bodies, addresses and links off the disk."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from django.urls import reverse

from tests.services.nginx import MAIN, PROGRAM, Nginx
from tests.structure.test_imports import ROOT

FOLDER = ROOT / "deploy" / "nginx"


@pytest.mark.parametrize("upstreams", ["nginx", "compose"])
def test_nginx_takes_the_site_file(upstreams: str, tmp_path: Path) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    own = Nginx(tmp_path, name="pictures.example.org")
    (own.folder / "mpm").mkdir(parents=True)
    own.make_certificate()
    shutil.copy(FOLDER / "proxy.conf", own.folder / "mpm")
    shutil.copy(ROOT / "deploy" / upstreams / "upstreams.conf", own.folder / "mpm")
    site = (FOLDER / "mpm.conf").read_text().replace("/etc/mpm/tls/site.pem", str(own.certificate))
    site = site.replace("/etc/mpm/tls/site.key", str(own.folder / "key.pem"))
    (own.folder / "mpm" / "mpm.conf").write_text(site)
    (own.folder / "nginx.conf").write_text(MAIN.format(folder=own.folder, more="", user=""))
    command = [nginx, "-t", "-q", "-p", str(own.folder), "-c", str(own.folder / "nginx.conf")]
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
    assert re.search(rf"location = {reverse('readyz')} \{{\s+return 404;", site)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_tls_is_new_and_its_suites_are_strong(proxy: Nginx) -> None:
    def greeted(version: ssl.TLSVersion, suites: str) -> tuple[str | None, str]:
        client = proxy.trust()
        # What the system would not even offer is asked for all the same.
        client.set_ciphers(f"{suites}:@SECLEVEL=0")
        client.minimum_version = client.maximum_version = version
        with (
            socket.create_connection((proxy.host.address, proxy.port), timeout=10) as plain,
            client.wrap_socket(plain, server_hostname=proxy.name) as secured,
        ):
            return secured.version(), (secured.cipher() or ("", "", 0))[0]

    assert greeted(ssl.TLSVersion.TLSv1_3, "ALL")[0] == "TLSv1.3"
    version, suite = greeted(ssl.TLSVersion.TLSv1_2, "ALL")
    assert version == "TLSv1.2"
    assert re.fullmatch(r"ECDHE-ECDSA-(AES\d+-GCM-\w+|CHACHA20-POLY1305)", suite)
    for old, suites in (
        (ssl.TLSVersion.TLSv1_1, "ALL"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA:AES256-GCM-SHA384"),
    ):
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            greeted(old, suites)


class Site(BaseHTTPRequestHandler):
    """A web process that says what it was asked."""

    came, waits = Event(), Event()

    def do_GET(self) -> None:
        """Answer with path and token; /slow/ waits until it may."""
        if self.path == "/slow/":
            self.came.set()
            self.waits.wait(20)
        said = f"{self.path} {self.headers.get('Authorization')} {self.headers.get('X-Forwarded-For')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Nginx]:
    """nginx as deploy/nginx has it, before a web process of ours; who asks says their address in X-Test."""
    if not Path(PROGRAM).exists():
        pytest.skip("nginx is not installed")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    found = Nginx(tmp_path, more="set_real_ip_from 127.0.0.1; real_ip_header X-Test;", connections=1)
    found.start([("127.0.0.1", server.server_port)])
    yield found
    found.stop()
    server.shutdown()
    server.server_close()


def ask(proxy: Nginx, path: str, **headers: str) -> tuple[int, str]:
    connection = HTTPSConnection(proxy.name, proxy.port, context=proxy.trust(), timeout=30)
    with closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_a_monitor_elsewhere_reads_metrics_with_a_token_and_nobody_without(proxy: Nginx) -> None:
    assert ask(proxy, "/metrics")[0] == HTTPStatus.NOT_FOUND
    status, said = ask(proxy, "/metrics", Authorization="Bearer word")
    # What came by the proxy says so: web then asks for the token.
    assert (status, said) == (HTTPStatus.OK, "/metrics Bearer word 127.0.0.1")
    assert ask(proxy, "/readyz", Authorization="Bearer word")[0] == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("other", "is_the_same"),
    [("2001:db8::2", True), ("2001:db8:0:0:ffff::1", True), ("2001:db8:0:1::1", False), ("192.0.2.1", False)],
)
def test_an_ipv6_network_counts_as_one_visitor(other: str, is_the_same: bool, proxy: Nginx) -> None:
    Site.came.clear()
    Site.waits.clear()
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(ask, proxy, "/slow/", **{"X-Test": "2001:db8::1"})
        assert Site.came.wait(20)
        status, _said = ask(proxy, "/", **{"X-Test": other})
        Site.waits.set()
        assert held.result()[0] == HTTPStatus.OK
    assert (status == HTTPStatus.SERVICE_UNAVAILABLE) == is_the_same
