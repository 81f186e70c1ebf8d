#!/usr/bin/env python3
"""Records Kafka's requests and responses between real clients and a real server.

Usage: record.py LISTEN_PORT SERVER_PORT FOLDER

The server must advertise LISTEN_PORT, so that clients stay behind this proxy. One request and one
response is kept for each software name of a client, API and version: what stands in the frame after its
size. FOLDER/<client>/<key>-v<version>.request and .response; the tests of formats/kafka_protocol
decode and encode them again.
"""

import asyncio
import pathlib
import struct
import sys

BYTES_MAX = 16 * 1024


async def read_frame(reader):
    size = struct.unpack(">i", await reader.readexactly(4))[0]
    return await reader.readexactly(size)


class Recorder:
    def __init__(self, server_port, folder):
        self.server_port = server_port
        self.folder = pathlib.Path(folder)

    def keep(self, client, key, version, kind, frame):
        path = self.folder / client / f"{key}-v{version}.{kind}"
        larger = not path.exists() or path.stat().st_size < len(frame)
        if larger and len(frame) <= BYTES_MAX:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(frame)

    async def serve(self, reader, writer):
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        asked = {}
        await asyncio.gather(
            self.requests(reader, upstream_writer, asked),
            self.responses(upstream_reader, writer, asked),
            return_exceptions=True,
        )
        writer.close()
        upstream_writer.close()

    async def requests(self, reader, upstream, asked):
        try:
            while True:
                frame = await read_frame(reader)
                key, version, correlation, length = struct.unpack(">hhih", frame[:10])
                client = frame[10 : 10 + max(length, 0)].decode() or "unnamed"
                client = "".join(c if c.isalnum() else "-" for c in client.split("-")[0])
                asked[correlation] = (client, key, version)
                self.keep(client, key, version, "request", frame)
                upstream.write(struct.pack(">i", len(frame)) + frame)
        finally:
            upstream.close()

    async def responses(self, upstream, writer, asked):
        try:
            while True:
                frame = await read_frame(upstream)
                correlation = struct.unpack(">i", frame[:4])[0]
                if correlation in asked:
                    self.keep(*asked.pop(correlation), "response", frame)
                writer.write(struct.pack(">i", len(frame)) + frame)
        finally:
            writer.close()


async def main(listen_port, server_port, folder):
    recorder = Recorder(int(server_port), folder)
    server = await asyncio.start_server(recorder.serve, "127.0.0.1", int(listen_port))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
