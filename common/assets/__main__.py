"""`python -m common.assets install`: put the pages' files in place."""

import sys

from common.assets.errors import AssetsMissing, NpmFailed, NpmMissing
from common.assets.install import install, is_current


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["install"] or arguments[1:] not in ([], ["--force"]):
        sys.stderr.write("usage: python -m common.assets install [--force]\n")
        return 2
    if is_current() and "--force" not in arguments:
        sys.stdout.write("The pages' files are in place.\n")
        return 0
    try:
        sys.stdout.write(f"{install()} files for the pages copied from npm's packages.\n")
    except (AssetsMissing, NpmFailed, NpmMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
