"""Access tokens for providers that take no password: where they are asked for (endpoints), how (asking), where they are
kept and when they are renewed (keeping). docs/decisions/0017 says why this is not a library."""
