"""What agents ask for, one module an errand; plan.py says what a mail asks for, and what is wrong with it."""
