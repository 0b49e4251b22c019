"""A TLS server that is never the bottleneck: it answers every request with the same bytes.

python -m benchmarks.serve_tls CERTIFICATE-AND-KEY.pem      prints its port, ends when its input does
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import sys
import threading

from .data import droplet


def body() -> bytes:
    """One Droplet."""
    import json

    return json.dumps({"droplet": droplet(1)}, separators=(",", ":")).encode()


def answer() -> bytes:
    content = body()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


def serve(listener: socket.socket, tls: ssl.SSLContext) -> None:
    wire = answer()

    def talk(sock: socket.socket) -> None:
        with contextlib.suppress(OSError), tls.wrap_socket(sock, server_side=True) as peer:
            sock.close()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pending = b""
            while data := peer.recv(65536):
                pending += data
                while b"\r\n\r\n" in pending:  # requests of the benchmark have no body
                    pending = pending.partition(b"\r\n\r\n")[2]
                    peer.sendall(wire)

    while True:
        sock, _ = listener.accept()
        threading.Thread(target=talk, args=(sock,), daemon=True).start()


def main() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[1])
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, tls), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
