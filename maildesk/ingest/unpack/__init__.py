"""One module for each thing that hides inside a part: each opens it and says what was in it. None chooses."""
