"""A process that does jobs in forked children and says how each child ended: one start for hundreds of deaths.

A line of JSON in for each job ({"point", "job", "args"}; without a point the job kills itself), a line out: the exit
code, -9 for one that died.
"""

import json
import os
import sys

import django


def main() -> None:
    """Serve until the input ends."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "mpm_site.settings"
    django.setup()
    from tests.crash import jobs  # noqa: PLC0415 - models can be imported only after the set-up
    from vault import crash  # noqa: PLC0415

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            if asked["point"]:
                crash.arm(asked["point"])
            getattr(jobs, asked["job"])(**asked["args"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
