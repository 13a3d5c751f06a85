"""``python -m maillage``: the command line."""

from maillage.cli import main

if __name__ == "__main__":
    main()
