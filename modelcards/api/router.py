"""The catalog's addresses in the API: one router, since two methods of one address must share it."""

from ninja import Router

from modelcards.rest import ProblemOut

router = Router(tags=["models"])

# What any change may be answered.
REFUSALS = {400: ProblemOut, 401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 413: ProblemOut, 429: ProblemOut}
