"""Pages of this room: the way in, the administrator's, and allauth's as this site uses them."""
