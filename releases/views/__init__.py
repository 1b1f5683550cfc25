"""Pages of this room: the curators' releases, and updates as curators write and everybody reads them."""
