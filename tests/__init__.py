"""The tests, fastest first: unit, mails, conversations, crashes, servers."""
