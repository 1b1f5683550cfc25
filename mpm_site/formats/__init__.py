"""How dates are written, where we differ from the framework."""
