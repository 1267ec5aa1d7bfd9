"""What the managers' pages show of couriers, phones, held events, labels and the audit log.

Each query takes the scope of who asks (service/queries/identities.py) and leaves out what it does
not see.
"""
