"""What people send, checked for its shape."""
