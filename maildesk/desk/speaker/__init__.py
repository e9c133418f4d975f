"""Who really wrote a mail: the signals. desk/trust.py decides."""
