"""`python -m lptrack` is `lptrack`."""

from lptrack.cli.main import main

if __name__ == "__main__":  # processes that it starts may import it
    main()
