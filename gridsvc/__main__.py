"""``python -m gridsvc``."""

import sys

from gridsvc.cli import main

if __name__ == "__main__":
    sys.exit(main())
