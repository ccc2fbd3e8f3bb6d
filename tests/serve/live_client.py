"""A client of the viewer's protocol (docs/viewer.md) by the standard library alone."""

import base64
import json
import os
import socket
import struct


class LiveClient:
    """One WebSocket; every call waits."""

    def __init__(self, port, token="", timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        key = base64.b64encode(os.urandom(16)).decode()
        query = f"?token={token}" if token else ""
        self.socket.sendall(
            f"GET /live{query} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.stream = self.socket.makefile("rb", buffering=1 << 18)
        status = self.stream.readline()
        if b" 101 " not in status:
            raise ConnectionError(status.decode().strip())
        while self.stream.readline().strip():
            pass
        self.number = 0

    def send_frame(self, opcode, payload):
        size = len(payload)
        head = struct.pack("!B", 0x80 | opcode)
        if size < 126:
            head += struct.pack("!B", 0x80 | size)
        elif size < 65536:
            head += struct.pack("!BH", 0x80 | 126, size)
        else:
            head += struct.pack("!BQ", 0x80 | 127, size)
        # A mask of zeros changes nothing.
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def send(self, do, **members):
        self.number += 1
        self.send_frame(1, json.dumps({"do": do, "id": self.number, **members}).encode())
        return self.number

    def read(self):
        """The next message: a text as JSON, or a binary one's header. Pings are answered."""
        while True:
            first, second = self._exactly(2)
            opcode, size = first & 15, second & 127
            if size == 126:
                (size,) = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._exactly(8))
            payload = self._exactly(size)
            if opcode == 9:
                self.send_frame(10, payload)
            elif opcode == 8:
                raise ConnectionError("closed by the server")
            elif opcode == 1:
                return json.loads(payload)
            elif opcode == 2:
                (length,) = struct.unpack("<I", payload[:4])
                return json.loads(payload[4 : 4 + length])

    def ask(self, do, **members):
        number = self.send(do, **members)
        while True:
            message = self.read()
            if message.get("reply") == number:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message

    def close(self):
        self.socket.close()

    def _exactly(self, size):
        data = self.stream.read(size)
        if len(data) != size:
            raise ConnectionError("closed")
        return data
