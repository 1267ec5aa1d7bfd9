"""Pure rules: no Flask, no SQL, no clock; nothing of ours is imported from here."""
