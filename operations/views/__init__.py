"""How the site runs, for administrators and for machines that watch it."""
