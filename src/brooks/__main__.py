"""`python -m brooks` is `brooks`."""

from brooks.cli import main

if __name__ == "__main__":
    main()
