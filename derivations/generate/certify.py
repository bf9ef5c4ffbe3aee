"""Compiles the certificates with Coq, and says which claims and recurrences have one.

python -m derivations.generate.certify certificates recurrences
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter

from derivations.certificates import Certificates, NotCertified
from derivations.claims import CLAIMS
from derivations.errors import InputError


def main(folder: Path, recurrences: Path) -> int:
    """Return 0 if Coq accepts every certificate, 1 if it does not, 2 if there is no Coq or no folder."""
    started = perf_counter()
    files = {file.stem for file in recurrences.glob("*.toml")}
    try:
        certificates = Certificates(folder)
        statements = certificates.statements({*CLAIMS, *files})
        total = len(certificates.files)
        certificates.compile(lambda number, file: print(f"{number + 1} of {total}: {file}", file=sys.stderr, flush=True))
    except InputError as error:
        print(error.message, file=sys.stderr)
        return 2
    except NotCertified as error:
        print(error, file=sys.stderr)
        return 1
    about = defaultdict(list)
    for one in statements:
        for name in one.ids:
            about[name].append(one.name)
    for name in (*CLAIMS, *sorted(files)):
        if about[name]:
            print(f"{name}: {', '.join(about[name])}")
    print(f"not certified: {', '.join(name for name in CLAIMS if not about[name])}")
    print(f"{len(statements)} statements hold, closed under the global context; {perf_counter() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
