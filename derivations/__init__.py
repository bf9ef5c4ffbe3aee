"""The top floor: the paper's claims, their verdicts, the report and the command line `gdssm`.

from .claims import CLAIMS
from .verdict import judge
"""

__version__ = "0.2.0"
