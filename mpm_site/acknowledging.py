"""How a worker tells the broker that a task is over, and what it does when it cannot."""

from typing import Any, ClassVar, NoReturn

from celery import Task
from celery.signals import worker_ready
from celery.worker.request import Request


class Reconnecting(Request):
    """A task under way whose worker connects anew when the broker is gone at its end.

    The message's place among those that the worker may hold stays taken as long as the connection does. A worker all
    of whose places were taken when Redis died has nothing to read from it, does not see that the connection is lost,
    and would take nothing for good.
    """

    # The worker's event loop. It outlives its connections; kombu's own name for it does not.
    loop: ClassVar[Any] = None

    def acknowledge(self) -> None:
        """As any task's, but whoever is told that the broker is gone is the worker's loop, not its log alone."""
        if self.acknowledged:
            return
        self.acknowledged = True
        try:
            self.message.ack()
        except self._connection_errors as lost:  # type: ignore[attr-defined]
            if self.loop is not None:
                self.loop.call_soon(_raise, lost)


class WorkersTask(Task):  # type: ignore[type-arg]
    """What every task of the site is."""

    Request = f"{__name__}:{Reconnecting.__name__}"


@worker_ready.connect
def _know_the_loop(sender: Any, **_signal: object) -> None:
    Reconnecting.loop = sender.hub


def _raise(lost: Exception) -> NoReturn:
    raise lost
