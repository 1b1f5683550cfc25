"""What lies beside a release's pictures: its tables (they tell of photos) and its papers (they tell of the release).

For workers: pyarrow is loaded with most of it (requirements-releases.txt), so others name it by import_string. `paths`
loads nothing.
"""
