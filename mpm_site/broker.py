"""What is told to the message broker, by the kind that MPM_BROKER_URL names: RabbitMQ, or Valkey and Redis."""

import ssl
from typing import Any
from urllib.parse import urlsplit


def transport_options(url: str) -> dict[str, Any]:
    """Options for the client: RabbitMQ confirms each message; Redis soon gives back what a lost worker had taken."""
    if is_rabbitmq(url):
        return {"confirm_publish": True}
    if url.startswith("redis"):
        return {"visibility_timeout": 300, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    return {}


def queue_arguments(url: str) -> dict[str, Any]:
    """How each queue is declared: with RabbitMQ as a quorum queue, on disk and on each node where there are several."""
    return {"x-queue-type": "quorum"} if is_rabbitmq(url) else {}


def encryption(url: str) -> dict[str, Any] | None:
    """What an encrypted connection asks of the broker: a certificate of its host's name, which this system trusts.

    The client by itself asks RabbitMQ for no name, and Redis for no certificate. SSL_CERT_FILE names other authorities.
    """
    host = urlsplit(url).hostname
    if url.startswith(("amqps:", "pyamqps:")):
        return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": host}
    if url.startswith("rediss:"):
        return {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    return None


def is_rabbitmq(url: str) -> bool:
    """Whether the address is RabbitMQ's."""
    return url.startswith(("amqp", "pyamqp"))
