"""HTML of strangers: as text, and as HTML that may be shown; how deep it goes is counted before any parser sees it."""
