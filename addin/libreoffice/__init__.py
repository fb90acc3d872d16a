"""The LibreOffice extension: how it is packed, and what runs inside LibreOffice."""
