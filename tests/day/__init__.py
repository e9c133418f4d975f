"""A day of a support desk: twenty requesters, three agents, a manager, in three languages, through real servers."""
