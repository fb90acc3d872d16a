"""The story of one report, from a ledger to a sealed package. Bytes in, bytes out: nothing here knows a host."""
