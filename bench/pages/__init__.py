"""How long whole pages take, the public ones, contributors' and staff's, beside a page without any work behind it."""
