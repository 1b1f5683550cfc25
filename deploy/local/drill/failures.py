"""What can be put in the erasure's way, so that everybody sees the drill find it."""

import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from audit.models import Refill
from contributions.models import Photo
from deploy.local.drill.site import Site
from vault import actions as vault
from vault import keyring, queries


def before_erasing(failure: str, site: Site, victim: Photo) -> None:
    """Keep something of a photo that is to be erased, as somebody might by mistake."""
    if failure == "kept-epoch-key":
        for number in keyring.epochs():
            _keep(site, f"epoch-{number}.key", keyring.epoch_key(number))
    if failure == "kept-data-key":
        (site.root / "site" / "log" / "worker.log").write_bytes(b"key " + queries.unwrapped(victim.key).hex().encode())
    if failure == "kept-plaintext" and victim.full is not None:
        _keep(site, f"upload-{secrets.token_hex(4)}", vault.read(victim.full))
    if failure == "stale-key-copy":
        shutil.copy2(_copy(), site.root / "tmp" / "keys.copy.old")


def before_replaying(failure: str, site: Site) -> None:
    """Restore wrongly."""
    if failure == "stale-key-copy":
        shutil.copy2(site.root / "tmp" / "keys.copy.old", _copy())
    if failure == "skipped-replay":
        Refill.objects.update(replayed_at=timezone.now())


def _keep(site: Site, name: str, value: bytes) -> None:
    (site.root / "tmp" / name).write_bytes(value)


def _copy() -> Path:
    return Path(settings.KEY_COPY) / "keys.copy"
