"""The parameters that stand in addresses: ids that the ledger made, and names without persons."""

from typing import Annotated

from fastapi import Path

_ID = r"^[A-Za-z0-9]{1,32}$"

ActId = Annotated[str, Path(pattern=_ID, description="The id of an act.")]
CountId = Annotated[str, Path(pattern=_ID, description="The id of a count.")]
ExchangeId = Annotated[str, Path(pattern=_ID, description="The id of an exchange.")]
KeyId = Annotated[str, Path(pattern=_ID, description="The public id of a key.")]
ObjectionId = Annotated[str, Path(pattern=_ID, description="The id of an objection.")]
PostId = Annotated[str, Path(pattern=_ID, description="The id of a post.")]
WriteOffId = Annotated[str, Path(pattern=_ID, description="The id of a write-off.")]
