"""The invented ledger of the demonstration; ``tests/ledgers/example.py`` makes it."""
