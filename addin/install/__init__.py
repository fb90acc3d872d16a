"""Put the add-in where Excel and LibreOffice find it, for one user, and take it away again."""
