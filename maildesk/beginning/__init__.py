"""The first configuration: which provider an address has (providers, discovery), and what the file says (writing)."""
