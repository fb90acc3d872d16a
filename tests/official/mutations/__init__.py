"""Changes that somebody may make to a filled official workbook, each with what the guard must say of it.

Every change is made in the package's own text, as another program or a hand with a ZIP tool would, and none goes
through the code that is tested. A change that a workbook offers no place for gives None.
"""

from tests.official.mutations import cells, package, sheets  # noqa: F401 - each registers its changes
from tests.official.mutations.base import CHANGES, Case, Mutation, substituted

__all__ = ["CHANGES", "Case", "Mutation", "substituted"]
