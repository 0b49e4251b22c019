"""Creating Droplets with pydo and waiting for them, by a loop; prints how many requests were sent."""

from __future__ import annotations

import json
import sys
import time

import pydo

given = json.loads(sys.argv[1])
client = pydo.Client("t", endpoint=given["url"], connection_verify=False)
sent = 0


def counted(answer):
    global sent
    sent += 1
    return answer


SPEC = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
pending = [
    counted(client.droplets.create(body={**SPEC, "name": f"web-{n}"}))["droplet"]["id"] for n in range(given["number"])
]
while pending:
    time.sleep(given["pause"])
    found = [counted(client.droplets.get(droplet_id=number))["droplet"] for number in pending]
    pending = [droplet["id"] for droplet in found if droplet["status"] != "active"]
print(json.dumps(sent))
