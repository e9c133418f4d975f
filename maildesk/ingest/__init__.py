"""Mail comes in: kept first, then read, then handed to the desk."""
