"""Mail that waits for a person's word: who is asked, what he may decide, what follows."""
