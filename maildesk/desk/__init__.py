"""The desk acts: who speaks, which ticket, what is asked. It sends nothing."""
