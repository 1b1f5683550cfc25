"""What the clock sends to the workers, each entry by what it does: the task, and after how many seconds again.

What nobody took within "expires" seconds is dropped: the next one does the same.
"""

from typing import Any, Final

from mpm_site.kinds import QUEUES

SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    **{
        f"serve {queue}": {
            "task": "operations.tasks.be_served",
            "args": [queue],
            "schedule": 20.0,
            "options": {"queue": queue, "expires": 300.0},
        }
        for queue in QUEUES
    },
    "look at the site": {"task": "operations.tasks.look", "schedule": 60.0, "options": {"expires": 300.0}},
    "sweep photos": {"task": "contributions.tasks.sweep", "schedule": 20.0, "options": {"queue": "sweep"}},
    "count coverage": {"task": "contributions.tasks.count_coverage", "schedule": 300.0, "options": {"expires": 300.0}},
    "sweep links and identities": {"task": "contributions.tasks.sweep_across", "schedule": 20.0},
    "send mail": {"task": "identity.tasks.send_mail", "schedule": 20.0, "options": {"queue": "mail"}},
    "identity events to the log": {"task": "identity.tasks.record_events", "schedule": 20.0},
    "sweep leases": {"task": "annotation.tasks.sweep", "schedule": 60.0},
    "count usable": {"task": "annotation.tasks.count_usable", "schedule": 600.0, "options": {"expires": 600.0}},
    "match lists": {
        "task": "screening.tasks.match_lists",
        "schedule": 300.0,
        "options": {"queue": "images", "expires": 300.0},
    },
    "ask exchanges": {
        "task": "screening.tasks.ask_exchanges",
        "schedule": 3600.0,
        "options": {"queue": "images", "expires": 3600.0},
    },
    "screen again": {"task": "screening.tasks.rescreen", "schedule": 60.0, "options": {"expires": 60.0}},
    "sweep releases": {
        "task": "releases.tasks.sweep",
        "schedule": 30.0,
        "options": {"queue": "releases", "expires": 30.0},
    },
    "write to recipients": {
        "task": "releases.tasks.write_to_recipients",
        "schedule": 20.0,
        "options": {"expires": 20.0},
    },
    "remind holders": {"task": "releases.tasks.remind_holders", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "mail updates": {"task": "releases.tasks.mail_updates", "schedule": 20.0, "options": {"expires": 20.0}},
    "announce withdrawals": {
        "task": "releases.tasks.announce",
        "schedule": 600.0,
        "options": {"queue": "releases", "expires": 600.0},
    },
    "keep the log": {"task": "audit.tasks.keep", "schedule": 20.0, "options": {"queue": "log", "expires": 600.0}},
    "verify the log": {"task": "audit.tasks.verify", "schedule": 3600.0, "options": {"queue": "log"}},
    "rotate keys": {"task": "vault.tasks.rotate", "schedule": 3600.0},
    "clear sessions": {"task": "accounts.tasks.clear_sessions", "schedule": 3600.0},
    "send invitations": {"task": "accounts.tasks.send_invitations", "schedule": 20.0},
}
