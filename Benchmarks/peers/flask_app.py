"""Flask behind gunicorn threads: validate, commit, answer."""
import json

from flask import Flask, jsonify, request

import checks

app = Flask(__name__)


@app.post("/api/discoveries")
def submit():
    if request.mimetype == "application/x-ndjson":
        records = [json.loads(line) for line in request.get_data().splitlines() if line.strip()]
        good = [r for r in records if not checks.faults(r)]
        checks.store(good)
        return jsonify(accepted=len(good), rejected=len(records) - len(good)), 201
    record = request.get_json()
    if found := checks.faults(record):
        return jsonify(errors=found), 422
    return jsonify(key=record["pl_name"], offset=checks.store([record])), 201
