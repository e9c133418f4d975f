"""What managers read: a digest or a report as facts, letter, table; and the answer to what they ask."""
