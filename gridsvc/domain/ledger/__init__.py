"""What a ledger of residents says of the ground: doors out of addresses, spellings that mean one place, buildings."""
