"""FastAPI on uvicorn (uvloop, httptools): a pydantic model does the checks, the commit runs in the thread pool."""
import json
from typing import Annotated, Literal, Optional

from annotated_types import Ge, Gt, Le
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

import checks

app = FastAPI()


class Discovery(BaseModel):
    model_config = {"extra": "allow"}
    pl_name: str
    discoverymethod: Optional[Literal[tuple(checks.METHODS)]] = None
    disc_year: Optional[Annotated[int, Ge(1988), Le(2100)]] = None
    pl_rade: Optional[Annotated[float, Gt(0), Le(100)]] = None
    pl_bmasse: Optional[Annotated[float, Gt(0), Le(26636)]] = None
    pl_orbper: Optional[Annotated[float, Ge(0.03), Le(1e9)]] = None
    sy_dist: Optional[Annotated[float, Gt(0), Le(30000)]] = None


@app.post("/api/discoveries", status_code=201)
def submit(record: Discovery):
    return {"key": record.pl_name, "offset": checks.store([record.model_dump()])}


@app.post("/api/bulk", status_code=201)
async def bulk(request: Request, response: Response):
    records = [json.loads(line) for line in (await request.body()).splitlines() if line.strip()]
    good = [r for r in records if not checks.faults(r)]
    checks.store(good)
    return {"accepted": len(good), "rejected": len(records) - len(good)}
