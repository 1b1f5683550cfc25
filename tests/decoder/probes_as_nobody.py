"""The probes as an ordinary user. Run by Zygote("tests.decoder.probes_as_nobody") as root."""

import os

from contributions.decoder.rebuild import warm
from tests.decoder import probes

NOBODY = 65534

if __name__ == "__main__":
    # All modules first: the interpreter may lie where only root can read.
    warm()
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    probes.main()
