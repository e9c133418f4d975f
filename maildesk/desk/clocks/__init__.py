"""The clocks of a ticket: what they run on, what they should say, what happens when they are due."""
