"""Flask behind gunicorn threads: validate, produce, answer once the broker has acknowledged."""
from flask import Flask, jsonify, request

import checks
import delivery

app = Flask(__name__)


@app.post("/api/discoveries")
def submit():
    record = request.get_json()
    if found := checks.faults(record):
        return jsonify(errors=found), 422
    return jsonify(key=record["pl_name"], offset=delivery.deliver_and_wait(record)), 201
