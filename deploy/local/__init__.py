"""Everything that lets one machine without any service run and test the whole site: `make run`, `make test`."""
