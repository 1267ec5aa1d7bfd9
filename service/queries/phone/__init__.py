"""What couriers' phones ask. docs/sync-protocol.md."""
