"""FastAPI on uvicorn (uvloop, httptools): a pydantic model does the checks, a future waits for the broker's
acknowledgement."""
import asyncio

from fastapi import FastAPI

import delivery
from fastapi_app import Discovery

app = FastAPI()


@app.post("/api/discoveries", status_code=201)
async def submit(record: Discovery):
    loop = asyncio.get_running_loop()
    delivered = loop.create_future()

    def settle(error, offset):
        if not delivered.done():
            delivered.set_exception(RuntimeError(str(error))) if error else delivered.set_result(offset)

    delivery.deliver(record.model_dump(), lambda error,
                     message: loop.call_soon_threadsafe(settle, error, message.offset()))
    return {"key": record.pl_name, "offset": await asyncio.wait_for(delivered, 10)}
