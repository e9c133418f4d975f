"""Pictures in mails: small previews for agents, drawn by a killable process, and those that are signatures only."""
