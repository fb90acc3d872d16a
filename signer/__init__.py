"""Signing room: bytes in, signed container out; knows no measure and imports no other package."""
