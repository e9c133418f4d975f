"""python -m maildesk: the same as the command."""

from maildesk.cli import main

if __name__ == "__main__":
    main()
