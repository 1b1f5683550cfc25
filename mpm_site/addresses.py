"""Whose connection it is: behind the proxy, every connection is the proxy's."""

import ipaddress


def visitor_of(connection: str, forwarded_for: str, *, proxies: int) -> str:
    """The visitor's address. `connection` is the other end's, `forwarded_for` the header X-Forwarded-For.

    Each of so many `proxies` appends the address that it sees; whatever stands before that was written by the visitor.
    Where no proxy said anything the connection's own address stays.
    """
    if not proxies:
        return connection
    said = forwarded_for.split(",")[-proxies:]
    try:
        return str(ipaddress.ip_address(said[0].strip()))
    except ValueError:
        return connection
