"""What schemathesis asks: who it is asked by, and of what is there.

An id that is made up is nobody's, and its answer a 404. So most of what a request names is put in its place by what the lists of the server name at that moment, and the
rest is left as it was made. Whoever asks shows a session of the team, or a candidate's access token; some requests are left with what was made up for one.
"""

import json
import os
import random
import urllib.request

import schemathesis

with open(os.environ["SATU_WORLD"], encoding="utf-8") as file:
    WORLD = json.load(file)
AS = os.environ["SATU_AS"]
CHANCE = random.Random(int(os.environ["SATU_SEED"]))
# How often what is made up is replaced, a session is shown, and after how many uses a list is read again.
REAL, RARE, SHOWN, FRESH = 0.7, 0.05, 0.95, 25
# Nobody disables the two that this run signs in with, or ends the session that it asks with: an administrator may.
KEPT = set(WORLD["staff"]["kept"])
NOBODY = "00000000-0000-7000-8000-000000000000"
# Where the list of a kind stands.
LISTS = {
    "imports": "/v1/imports?limit=100",
    "applications": "/v1/applications?limit=100",
    "reviews": "/v1/reviews?limit=100",
    "links": "/v1/links?limit=100",
    "questions": "/v1/accounts/questions?limit=100",
    "campaigns": "/v1/outreach/campaigns?limit=100",
    "templates": "/v1/outreach/templates",
    "staff": "/v1/staff?limit=100",
    "sessions": "/v1/staff/sessions?limit=100",
}
# What a body names by an id, by the name of its field.
FIELDS = {
    "other": "applications",
    "application": "applications",
    "applications": "applications",
    "template": "templates",
    "reminder_template": "templates",
    "import": "imports",
    "batch": "imports",
}
read = {}


def call(method, path, body=None, token="", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()} | {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(WORLD["url"] + path, data, headers, method=method)) as answer:
        return json.loads(answer.read())


def items(kind):
    """What a list has now, or had a little while ago."""
    uses, found = read.get(kind, (FRESH, []))
    if uses >= FRESH:
        token = WORLD["staff"]["token"]
        if kind == "messages":
            found = [
                message
                for campaign in items("campaigns")[:5]
                for message in call("GET", f"/v1/outreach/campaigns/{campaign['id']}/messages", token=token)["items"]
            ]
        elif kind == "accounts":
            found = [{"id": question["account"]} for question in items("questions")]
        else:
            found = call("GET", LISTS[kind], token=token)["items"]
        uses = 0
    read[kind] = (uses + 1, found)
    return [one for one in found if one["id"] not in KEPT]


def some(kind):
    found = items(kind)
    return CHANCE.choice(found)["id"] if found else None


def about(path):
    """The kind of what the id in a path is one of."""
    parts = path.split("/")
    kind, of = parts[2], parts[3]
    if (kind, of) == ("accounts", "{id}"):
        return kind
    return of if kind in ("outreach", "accounts") or of == "sessions" else kind


def named(value):
    """The same body with ids that are there."""
    if isinstance(value, list):
        return [named(one) for one in value]
    if not isinstance(value, dict):
        return value
    body = {}
    for name, one in value.items():
        kind = FIELDS.get(name)
        if kind is None or CHANCE.random() > REAL:
            body[name] = named(one)
        elif isinstance(one, list):
            body[name] = [some(kind) for _ in range(CHANCE.randint(1, 4))]
        elif isinstance(one, str):
            body[name] = some(kind)
        else:
            body[name] = named(one)
    return body


def token_for(route):
    """Whose session is shown. What ends one is shown another, and wrong PINs are somebody else's."""
    staff, candidate = WORLD["staff"], WORLD["candidate"]
    if route == "DELETE /v1/staff/session":
        with_token = {"name": staff["signs_out"], "password": staff["password"]}
        return call("POST", "/v1/staff/session", with_token, satu_keeps_token="true")["token"]
    if route == "POST /v1/logout":
        signs_in = {"phone": candidate["phone"], "pin": candidate["pin"], "device_token": candidate["device"]}
        return call("POST", "/v1/login", signs_in)["access_token"]
    if route == "POST /v1/me/pin":
        return WORLD["wrong_pins"]
    return (candidate if AS == "candidate" else staff)["token"]


@schemathesis.hook
def before_call(context, case, kwargs):
    path, route = case.operation.path, f"{case.operation.method.upper()} {case.operation.path}"
    if CHANCE.random() < SHOWN:
        case.headers["Authorization"] = f"Bearer {token_for(route)}"
    if AS == "candidate":
        return
    there = case.path_parameters or {}
    if CHANCE.random() < REAL:
        if "id" in there:
            there["id"] = some(about(path)) or there["id"]
        if "row" in there:
            there["row"] = CHANCE.randint(1, 8)
    # What it has learned of itself from answers; and what is cancelled stays so, before the other routes are asked.
    cancels = route == "POST /v1/outreach/campaigns/{id}/cancel" and CHANCE.random() > RARE
    if there.get("id") in KEPT or (cancels and "id" in there):
        there["id"] = NOBODY
    if route == "POST /v1/imports":
        if CHANCE.random() < REAL:
            case.body = WORLD["file"].replace("0812", f"08{CHANCE.randint(13, 19)}").encode()
            case.query["name"] = "pelamar.csv"
    elif isinstance(case.body, dict):
        case.body = named(case.body)
        if path.endswith("/erase") and CHANCE.random() < 0.3:
            found = [one for one in items("applications") if one["id"] == case.path_parameters["id"]]
            case.body["full_name"] = found[0]["full_name"] if found else "Siti Aminah"
