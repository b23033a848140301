"""Fills a server's database as a team does, and writes down what hooks.py needs: fill.py URL LOG WORLD. Names and numbers are invented.

What each route is about is there: imports (committed, a draft, one with rows that wait), people, accounts, a question about one, links, campaigns with chats, staff.
"""

import json
import re
import sys
import time
import urllib.error
import urllib.request

URL, LOG, WORLD = sys.argv[1:]
OWN = "kuda payung sore biru"
PIN = "482057"
CONSENT = {"recruitment": True, "version": "2026-11"}
HEADER = "Nama Lengkap,Nomor Telepon,Email,Tanggal Lahir,ID Lamaran,Posisi yang Dilamar,Tanggal Melamar"
FILE = "\n".join(
    [HEADER]
    + [
        "Siti Aminah,081234567801,siti@example.com,1998-04-12,GL-1,Mitra Asuh,2026-11-20",
        "Dewi Lestari,081234567802,dewi@example.com,1997-01-02,GL-2,Mitra Asuh,2026-11-20",
        # On Siti's number, by another name: HR is asked.
        "Bambang Sutrisno,081234567801,,1970-05-06,GL-3,Mitra Asuh,2026-11-20",
        "Tanpa Alamat,,,,GL-4,Mitra Asuh,2026-11-20",
    ]
    + [f"Pelamar Ke-{at},08129876{at:04},p{at}@example.com,1999-02-03,GL-{at},Mitra Asuh,2026-11-20" for at in range(10, 40)]
)


def ask(method, path, body=None, token="", **headers):
    """The answer's JSON; whatever is refused ends this."""
    data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if not isinstance(body, str):
        headers["Content-Type"] = "application/json"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(URL + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refused:
        sys.exit(f"{method} {path}: {refused.code} {refused.read().decode()}")
    return json.loads(text) if text else None


def until(path, is_there, token=""):
    """The answer once it is as it should be."""
    for _ in range(600):
        answer = ask("GET", path, token=token)
        if is_there(answer):
            return answer
        time.sleep(0.1)
    sys.exit(f"{path} does not come to rest: {answer}")


def drop(name, text):
    """An import that is read."""
    begun = ask("POST", f"/v1/imports?name={name}", text)
    return until(f"/v1/imports/{begun['id']}", lambda now: now["progress"] is None)["id"]


def commit(draft):
    ask("POST", f"/v1/imports/{draft}/commit")
    until(f"/v1/imports/{draft}", lambda now: now["progress"] is None)


def code(purpose, phone):
    """A code as a server under development prints it."""
    sent = ask("POST", "/v1/otp", {"purpose": purpose, "to": phone})
    for _ in range(100):
        with open(LOG, encoding="utf-8") as log:
            digits = re.findall(rf"to {re.escape(phone)}: (\d{{6}})", log.read())
        if digits:
            return {"request": sent["request"], "digits": digits[-1]}
        time.sleep(0.1)
    sys.exit("no code is printed")


def register(phone, name, **more):
    body = {"phone": phone, "pin": PIN, "full_name": name, "consent": CONSENT, "code": code("register", phone)} | more
    return ask("POST", "/v1/register", body)["tokens"]


def sign_in(name, password):
    return ask("POST", "/v1/staff/session", {"name": name, "password": password}, satu_keeps_token="true")["token"]


def add(name, role, by=""):
    """Somebody who works here and has chosen her own password: her token."""
    given = ask("POST", "/v1/staff", {"name": name, "role": role}, by)["password"]
    token = sign_in(name, given)
    ask("POST", "/v1/staff/password", {"old_password": given, "new_password": OWN}, token)
    return token


commit(drop("pelamar.csv", FILE))
drop("sekali-lagi.csv", FILE.replace("GL-", "GX-").replace("08129876", "08129877"))
# The numbers of the document's examples are tried with many a PIN: these are others.
candidate = register("+6281298760010", "Pelamar Ke-10")
wrong_pins = register("+6281298760011", "Pelamar Ke-11")
# She gives the address of somebody who has applied: HR is asked about her account.
register("+6281234567899", "Pelamar Ke-12", email="p12@example.com")
people = ask("GET", "/v1/applications?limit=100")["items"]
for one, other in zip(people[:6:2], people[1:6:2]):
    ask("POST", f"/v1/applications/{one['id']}/links", {"kind": "told_apart", "other": other["id"]})
template = next(one["id"] for one in ask("GET", "/v1/outreach/templates")["items"] if one["name"] == "undangan")
for at, channel in enumerate(("wa_me", "file", "wa_me", "file", "wa_me")):
    audience = {"applications": [one["id"] for one in people[5 * at + 5 : 5 * at + 10]]}
    new = {"name": f"Undangan {at}", "audience": audience, "template": template, "channel": channel}
    begun = ask("POST", "/v1/outreach/campaigns", new)
    until(f"/v1/outreach/campaigns/{begun['id']}", lambda now: now["state"] != "filling")
# Once somebody was added the owner is asked for a session.
token = add("rina", "admin")
for name, role in (("sari", "admin"), ("budi", "recruiter"), ("vera", "viewer")):
    add(name, role, token)
sessions = [one["id"] for one in ask("GET", "/v1/staff/sessions", token=token)["items"]]
members = [one["id"] for one in ask("GET", "/v1/staff", token=token)["items"] if one["name"] in ("rina", "sari")]
world = {
    "url": URL,
    "file": FILE,
    "staff": {"token": token, "signs_out": "sari", "password": OWN, "kept": members + sessions},
    "candidate": {"token": candidate["access_token"], "phone": "+6281298760010", "pin": PIN, "device": candidate["device_token"]},
    "wrong_pins": wrong_pins["access_token"],
}
with open(WORLD, "w", encoding="utf-8") as file:
    json.dump(world, file)
