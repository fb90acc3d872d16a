"""The terminal: options, tables, sentences and questions that the commands share."""
