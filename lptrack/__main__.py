"""`python -m lptrack` is `lptrack`."""

from lptrack.cli.main import main

main()
