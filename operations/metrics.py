"""The same figures as Prometheus text, computed at each scrape: no process keeps anything. No label is an id."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from operations.conditions import CONDITIONS
from operations.figures import FIGURES
from operations.queries import gather, newest_look, serving, standing
from operations.services import services


def as_text() -> bytes:
    """All metrics of this moment, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Site())
    return bytes(generate_latest(registry))


class _Site(Collector):
    """Asks the whole site when it is scraped."""

    def collect(self) -> Iterator[Metric]:
        """Every metric family."""
        yield from _figures()
        yield from _queues()
        yield from _alarms()
        up = GaugeMetricFamily("mpm_service_up", "Whether a service answers this process", labels=["service"])
        for name, answers in services().items():
            up.add_metric([name], answers)
        yield up


def _figures() -> Iterator[Metric]:
    gathered = gather()
    for name, value in gathered.figures.items():
        yield GaugeMetricFamily(f"mpm_{name}", str(FIGURES[name].label), value=value)
    missing = GaugeMetricFamily("mpm_figures_missing", "Whether a room could not give its figures", labels=["room"])
    for room in dict.fromkeys(name.partition(".")[0] for name in settings.SYSTEM_FIGURES):
        missing.add_metric([room], room in gathered.missing)
    yield missing


def _queues() -> Iterator[Metric]:
    served = GaugeMetricFamily("mpm_queue_served", "Whether somebody serves the queue", labels=["queue"])
    since = GaugeMetricFamily("mpm_queue_served_seconds", "Seconds since a worker gave a sign", labels=["queue"])
    workers = GaugeMetricFamily("mpm_queue_workers", "Workers that serve the queue", labels=["queue"])
    for one in serving():
        served.add_metric([one.queue], one.is_served)
        workers.add_metric([one.queue], one.workers)
        if one.seconds is not None:
            since.add_metric([one.queue], one.seconds)
    yield from (served, since, workers)


def _alarms() -> Iterator[Metric]:
    stand = {alarm.code for alarm in standing()}
    alarms = GaugeMetricFamily("mpm_alarm", "Whether an alarm of this kind stands", labels=["code"])
    for code in CONDITIONS:
        alarms.add_metric([code], code in stand)
    yield alarms
    if (look := newest_look()) is not None:
        seconds = max(0.0, (timezone.now() - look.at).total_seconds())
        yield GaugeMetricFamily("mpm_looked_seconds", "Seconds since somebody looked for alarms", value=seconds)
