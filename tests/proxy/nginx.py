"""Debian's nginx with deploy/nginx.conf, on free ports and without root."""

import os
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.server import BASE_DIR, Server, free_port
from tests.tools import program

MAIN = """
{user}
daemon off;
pid {place}/nginx.pid;
error_log {place}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/moviebooking.conf;
}}
"""


@dataclass
class Proxy:
    """A running nginx, and how to talk to it."""

    port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=False, timeout=5)  # its own certificate


@contextmanager
def in_front_of(server: Server, place: Path, *, live: Server | None = None) -> Iterator[Proxy]:
    """Yields nginx before a running server and perhaps the live map, with deploy/nginx.conf except
    for the addresses."""
    place.chmod(0o755)
    proxy = Proxy(free_port())
    (place / "moviebooking.conf").write_text(_configuration(server, live, proxy, place))
    (place / "nginx.conf").write_text(MAIN.format(place=place, user=_user()))
    words = [program("nginx"), "-p", str(place), "-c", str(place / "nginx.conf"), "-e", "stderr"]
    process = subprocess.Popen(words)
    try:
        _wait_for(proxy, process)
        yield proxy
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _configuration(server: Server, live: Server | None, proxy: Proxy, place: Path) -> str:
    key, certificate = _certificate(place)
    text = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{proxy.port} ssl;"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{server.port};"),
        ("http://127.0.0.1:8001/", f"http://127.0.0.1:{live.port if live else free_port()}/"),
        ("/etc/ssl/certs/tickets.example.com.pem", str(certificate)),
        ("/etc/ssl/private/tickets.example.com.key", str(key)),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


def _certificate(place: Path) -> tuple[Path, Path]:
    key, certificate = place / "key.pem", place / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "ec"),
            *("-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return key, certificate


def _user() -> str:
    """Returns who nginx runs as: its default user may not write into the test's folder."""
    return "user root;" if os.geteuid() == 0 else ""


def unverified() -> ssl.SSLContext:
    """A context that takes nginx's own certificate, for raw sockets."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _wait_for(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    with proxy.client() as client:
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.TransportError):
                client.get("/health/live/")
                return
            time.sleep(0.05)
    raise RuntimeError("nginx did not start.")
