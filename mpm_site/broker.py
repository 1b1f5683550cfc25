"""What is told to the message broker, by the kind that MPM_BROKER_URL names: RabbitMQ, or Valkey and Redis."""

from typing import Any


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


def is_rabbitmq(url: str) -> bool:
    """Whether the address is RabbitMQ's."""
    return url.startswith(("amqp", "pyamqp"))
