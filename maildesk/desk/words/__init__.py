"""The words people write to the desk, in English, Norwegian and Korean, and what they mean."""
