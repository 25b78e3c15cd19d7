#!/usr/bin/env bash
# daphne 4.2.3 (autobahn 26.10.2) has no way to tell its WebSockets that the server goes away (close code 1001).
#
# Ended by SIGTERM it drops the connection: the client sees an abnormal closure (1006), as after a crash, and cannot know
# whether to come back at once. An application that closes with 1001 itself ends with the exception "invalid close code
# 1001" of autobahn's sendClose, and its client sees 1011, an error of the server; 1000 and 3000 to 4999 pass. Seen
# 2026-11-29 on Python 3.11.
set -euo pipefail
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
"$room/venv/bin/pip" install --quiet daphne==4.2.3 autobahn==26.10.2 websockets==17.4
cat >"$room/application.py" <<'PYTHON'
async def application(scope, receive, send):
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    code = int(scope["path"].strip("/") or 0)
    if code:
        await send({"type": "websocket.close", "code": code})
    while (await receive())["type"] != "websocket.disconnect":
        pass
PYTHON
cat >"$room/look.py" <<'PYTHON'
import asyncio, socket, subprocess, sys, time
import websockets

async def closed(url, end=None):
    async with websockets.connect(url) as client:
        if end:
            end()
        try:
            await asyncio.wait_for(client.recv(), 10)
        except websockets.ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 1006

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "application:application"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
for _ in range(100):
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            break
    time.sleep(0.1)
base = f"ws://127.0.0.1:{port}"
for code in (1000, 1001, 4000):
    print("the application closes with", code, "the client sees", asyncio.run(closed(f"{base}/{code}")))
print("the server is ended, the client sees", asyncio.run(closed(base, server.terminate)))
said = server.communicate(timeout=20)[1].splitlines()
print("said:", next(line for line in said if line.startswith("Exception: ")))
PYTHON
cd "$room"
"$room/venv/bin/python" look.py >"$room/seen"
cat "$room/seen"
diff "$room/seen" - <<'SEEN'
the application closes with 1000 the client sees 1000
the application closes with 1001 the client sees 1011
the application closes with 4000 the client sees 4000
the server is ended, the client sees 1006
said: Exception: invalid close code 1001 (must be 1000 or from [3000, 4999])
SEEN
echo "as seen"
