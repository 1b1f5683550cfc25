"""`python -m deploy.backup store FOLDER`, `... restore FOLDER`, `... keys FOLDER`; docs/operate/backup.md says when."""

import argparse
import sys
from pathlib import Path

from deploy.backup import restoring, storing
from deploy.backup.keys import replicate
from deploy.backup.refusals import NotBackedUp
from mpm_site import stamps


def main() -> int:
    """Do what the command line asks for; 1 with one sentence when it could not be done."""
    options = _options()
    try:
        if options.what == "store":
            storing.store(options.folder, days=options.days)
            stamps.leave(stamps.BACKUP)
        elif options.what == "keys":
            replicate(options.folder)
            stamps.leave(stamps.SECOND_PLACE)
        else:
            restoring.restore(
                options.folder, of=options.of, told=options.digest, kept=options.kept, after=options.after
            )
    except (NotBackedUp, OSError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    store = what.add_parser("store", help="back up both databases, the objects and the log's copies")
    store.add_argument("--days", type=int, default=30, help="how long dumps and vanished objects are kept (30)")
    restore = what.add_parser("restore", help="bring a backup into two empty databases, and erase again")
    restore.add_argument("--of", help="which backup, by its folder's name; the newest otherwise")
    restore.add_argument("--digest", help="what `store` said of this backup, as it was kept elsewhere")
    restore.add_argument("--kept", type=Path, help="a checkpoint that an auditor holds")
    restore.add_argument("--after", choices=restoring.STEPS, help="go on after this step, which was done")
    keys = what.add_parser("keys", help="replace the second place of keyring and key copy by what they are now")
    for command in (store, restore, keys):
        command.add_argument("folder", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
