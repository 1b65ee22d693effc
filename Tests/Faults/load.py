"""Clients that submit without rest, and write down what they were promised.

A client that got no answer, or a 503, sends the same again under the same Idempotency-Key until it is answered. Each
record carries a name of its own in the column `comment`, so that the lake can be asked how often it was stored."""
import collections
import json
import random
import threading
import time

import requests

METHODS = ["Transit", "Radial Velocity", "Microlensing", "Imaging"]


# `place`: (partition, offset); None: acknowledged again, where it lies can't be told any more. `name` of a withdrawal:
# None. `sent`: when the request that was answered was sent. `again`: it was not the first of its kind.
Ack = collections.namedtuple("Ack", "place key name sent again", defaults=(False,))


class Abandoned(Exception):
    """The lab has no answer to wait for any more."""


class Journal:
    """What was acknowledged, and what was tried."""

    def __init__(self):
        self.lock = threading.Lock()
        self.receipts = {}   # (partition, offset) -> (key, name or None)
        self.acks = []
        self.log_is_one = True  # False: the topic was made again, a place may be given twice
        self.moved_at = None
        self.rejects = set()  # names whose refusal was answered
        self.foreign = {}    # names of records that others put into the log -> Ack; where they lie is not known
        self.never = set()   # names of such that must never be stored
        self.tried = 0
        self.retries = 0
        self.failures = []

    def log_is_one_until(self, moment):
        self.log_is_one, self.moved_at = False, moment

    def sent_by_others(self, records):
        """`records`: (name, key, value); they are in the log by now, or may be."""
        self.foreign.update({name: Ack(None, key, name, time.monotonic()) for name, key, _ in records})

    def promised(self, receipt, name, sent, again=False):
        place = None if receipt["offset"] is None else (receipt["partition"], receipt["offset"])
        with self.lock:
            self.acks.append(Ack(place, receipt["key"], name, sent, again))
            if place is None:
                return
            known = self.receipts.setdefault(place, (receipt["key"], name))
        if known != (receipt["key"], name) and self.log_is_one:
            self.failures.append(f"place {place} was promised twice: {known} and {(receipt['key'], name)}")


class Client(threading.Thread):
    """One client. `urls()` gives the servers' addresses; `pause`: seconds between two requests; `patience`: seconds
    until a record must have been taken."""

    def __init__(self, number, seed, journal, urls, planets=400, pause=0.005, patience=120):
        super().__init__(daemon=True)
        self.number, self.journal, self.urls, self.planets = number, journal, urls, planets
        self.pause, self.patience = pause, patience
        self.random = random.Random(f"{seed}/{number}")
        self.seed = seed
        self.count = 0
        self.running = threading.Event()
        self.running.set()
        self.idle = threading.Event()
        self.ended = False
        self.session = requests.Session()

    def run(self):
        try:
            while not self.ended:
                if not self.running.is_set():
                    self.idle.set()
                    time.sleep(0.01)
                    continue
                self.idle.clear()
                self.step()
                time.sleep(self.pause)
        except Abandoned:
            pass
        except Exception as error:  # told by the lab
            self.journal.failures.append(f"client {self.number}: {error!r}")
        self.idle.set()

    def name(self):
        self.count += 1
        self.journal.tried += 1
        return f"lab-{self.seed}-{self.number}-{self.count}"

    def record(self, name):
        r = self.random
        planet = r.randrange(self.planets)
        return {
            "pl_name": f"Lab-{planet} {'bcd'[planet % 3]}", "hostname": f"Lab-{planet}", "comment": name,
            "discoverymethod": r.choice(METHODS), "disc_year": r.randrange(1995, 2025),
            "pl_rade": round(r.uniform(0.3, 20), 3), "pl_orbper": round(r.uniform(0.5, 900), 4),
            "st_teff": r.randrange(2600, 7000), "st_rad": round(r.uniform(0.1, 2), 3),
            "st_mass": round(r.uniform(0.1, 2), 3)}

    def step(self):
        choice = self.random.random()
        if choice < 0.6:
            name = self.name()
            answer = self.until_answered("POST", "/api/discoveries", self.record(name), name)
            self.journal.promised(answer.json(), name, self.sent, self.again)
        elif choice < 0.85:
            names = [self.name() for _ in range(self.random.randrange(2, 60))]
            body = "\n".join(json.dumps(self.record(name)) for name in names)
            answer = self.until_answered("POST", "/api/discoveries", body, names[0], "application/x-ndjson")
            for name, result in zip(names, answer.json()["results"], strict=True):
                self.journal.promised(result, name, self.sent, self.again)
        elif choice < 0.95:
            planet = self.random.randrange(self.planets)
            key = f"lab{planet}{'bcd'[planet % 3]}"
            self.journal.tried += 1
            answer = self.once("DELETE", f"/api/planets/{key}")
            if answer is not None and answer.status_code == 200:
                self.journal.promised(answer.json(), None, self.sent)
        else:
            name = self.name()
            answer = self.once("POST", "/api/discoveries", self.record(name) | {"pl_rade": -1})
            kept = answer is not None and "X-Planetarium-Quarantine" not in answer.headers
            if kept and answer.status_code == 422:
                self.journal.rejects.add(name)

    def once(self, method, path, body=None, **headers):
        """The answer, or None."""
        try:
            data = body if isinstance(body, str) or body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"} | headers
            self.sent = time.monotonic()
            return self.session.request(
                method, self.random.choice(self.urls()) + path, data=data, headers=headers, timeout=20)
        except requests.RequestException:
            return None

    def until_answered(self, method, path, body, name, content_type="application/json"):
        end = time.monotonic() + self.patience
        self.again = False
        while time.monotonic() < end:
            if self.ended:
                raise Abandoned
            answer = self.once(method, path, body, **{"Idempotency-Key": name, "Content-Type": content_type})
            if answer is not None and answer.status_code == 201:
                return answer
            if answer is not None and answer.status_code not in (409, 503):
                raise AssertionError(f"{answer.status_code} {answer.text[:300]}")
            self.journal.retries += 1
            self.again = True
            time.sleep(0.02)
        raise AssertionError(f"{name} was not taken within {self.patience} s")


class Load:
    def __init__(self, seed, urls, clients=4, patience=120):
        self.journal = Journal()
        self.clients = [Client(number, seed, self.journal, urls, patience=patience) for number in range(clients)]
        for client in self.clients:
            client.start()

    def wait_for(self, count, seconds=60):
        """Waits until this many more records have been acknowledged."""
        wanted, end = len(self.journal.acks) + count, time.monotonic() + seconds
        while len(self.journal.acks) < wanted:
            assert time.monotonic() < end, f"not {count} records within {seconds} s"
            time.sleep(0.02)

    def hold(self):
        """Returns when every client has its last answer."""
        for client in self.clients:
            client.running.clear()
        for client in self.clients:
            client.idle.clear()
            # One that failed has ended, and is among the findings.
            assert not client.is_alive() or client.idle.wait(client.patience + 30), "a client got no answer"

    def go_on(self):
        for client in self.clients:
            client.running.set()

    def abandon(self):
        """Ends the clients, whether or not they have an answer."""
        for client in self.clients:
            client.ended = True
        for client in self.clients:
            client.join(30)

    def end(self):
        self.hold()
        for client in self.clients:
            client.ended = True
        for client in self.clients:
            client.join(10)
