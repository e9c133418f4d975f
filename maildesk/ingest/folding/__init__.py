"""Where in a text older words begin, and what stands below the author's own: each rule a question about lines."""
