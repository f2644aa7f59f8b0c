"""A model that is asked on other machines: here only its name is known.

Keys, programs and clients are theirs. Where they lack something, they say so before anything begins.
"""

from brooks.errors import InternalError
from brooks.models.base import Reply, Request, Sleep


class ModelElsewhere:
    """Stands for a model where nobody asks it."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Nobody may ask here.

        Raises:
            InternalError: Somebody did.
        """
        raise InternalError(
            f"the model {self._name!r} is asked on other machines, and was asked here"
        )
