"""Compiles the certificates with Coq, and says which claims and recurrences have one.

python -m derivations.generate.certify certificates
python -m derivations.generate.certify --packages    # prints what to install for it on Debian
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from derivations.certificates import PACKAGES, Certificates, NotCertified
from derivations.claims import CLAIMS
from derivations.errors import InputError


def main(folder: Path) -> int:
    """Return 0 if Coq accepts every certificate, 1 if it does not, 2 if there is no Coq or no folder."""
    started = perf_counter()
    try:
        certificates = Certificates(folder)
        found, total = certificates.by_id(), len(certificates.files)
        certificates.compile(
            lambda number, file: print(f"{number + 1} of {total}: {file}", file=sys.stderr, flush=True)
        )
    except InputError as error:
        print(error.message, file=sys.stderr)
        return 2
    except NotCertified as error:
        print(error, file=sys.stderr)
        return 1
    for name, statements in found.items():
        if ".T" not in name:
            print(f"{name}: {', '.join(one.name for one in statements)}")
    print(f"no certificate: {', '.join(name for name in CLAIMS if name not in found)}")
    number = len({(one.file, one.name) for statements in found.values() for one in statements})
    print(f"{number} statements hold, closed under the global context; {perf_counter() - started:.0f} s")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--packages"]:
        print(PACKAGES)
    else:
        sys.exit(main(*map(Path, sys.argv[1:])))
