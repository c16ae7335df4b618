#!/usr/bin/env python3
"""What people notice when two servers lose each other: two linked InspIRCd, and two of ours.

    python3 split.py [--seconds N]

Fifty people are at each server, in one room. The connection between the servers is cut for so many
seconds, or for ours the one of the second server to NATS, while one of each side says something every
200 ms. Counts what everybody heard. Needs inspircd and nats-server.
"""
import argparse
import asyncio
import os
import re
import shutil
import subprocess
import tempfile

from cluster import Group
from compare import free_ports, program, wait_for

PEOPLE = 50
EVERY = 0.2
INSPIRCD = """
<server name="{name}.local" id="{id}" description="bench" network="Bench"><admin name="x" nick="x" email="x@x">
<bind address="127.0.0.1" port="{port}" type="clients"><bind address="127.0.0.1" port="{link}" type="servers">
<connect allow="*" timeout="600" localmax="1000" globalmax="1000" maxconnwarn="no" threshold="100000"
 commandrate="100000000" fakelag="no" resolvehostnames="no" useident="no" limit="1000" pingfreq="600">
<performance nouserdns="yes"><module name="spanningtree"><module name="sha1">
<link name="{other}.local" ipaddr="127.0.0.1" port="{to}" allowmask="127.0.0.0/8" sendpass="x" recvpass="x">
<autoconnect period="2s" server="{other}.local"><class name="o" commands="*"><channels users="20" opers="60">
"""


class Wire:
    """Passes a port on to another, unless it is cut."""

    def __init__(self, to):
        [self.port] = free_ports(1)
        self.to, self.open, self.pairs = to, True, []

    async def start(self):
        self.server = await asyncio.start_server(self._take, "127.0.0.1", self.port)

    async def _take(self, reader, writer):
        if not self.open:
            return writer.close()
        try:
            far = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            return writer.close()
        self.pairs += [writer, far[1]]
        await asyncio.gather(self._pass(reader, far[1]), self._pass(far[0], writer))

    async def _pass(self, reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except OSError:
            pass
        writer.close()

    def cut(self):
        self.open = False
        for writer in self.pairs:
            writer.transport.abort()
        self.pairs = []


class Person:
    def __init__(self, name, port):
        self.name, self.port, self.quits, self.heard, self.cut = name, port, 0, [], 0

    async def enter(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.say(f"NICK {self.name}", f"USER {self.name} 0 * :x")
        asyncio.create_task(self._listen())

    def say(self, *lines):
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def _listen(self):
        while line := (await self.reader.readline()).decode().strip():
            if line.startswith("PING") or " PING " in line[:60]:
                self.say(line[line.index("PING"):].replace("PING", "PONG", 1))
            if " 376 " in line or " 422 " in line:
                self.say("JOIN #room")
            if re.match(r"^\S+ QUIT", line):
                self.quits += 1
            said = re.match(r"^:(\S+?)!\S+ PRIVMSG #room :(\d+)$", line)
            if said:
                self.heard.append((said[1], int(said[2])))
        self.cut += 1


async def scene(name, ports, wire, seconds):
    people = [Person(f"p{side}x{i}", port) for side, port in enumerate(ports) for i in range(PEOPLE)]
    for person in people:
        await person.enter()
    speakers = [people[0], people[PEOPLE]]
    await asyncio.sleep(5)
    said, parts = 0, (2, seconds, 10)
    for part, length in enumerate(parts):
        if part == 1:
            wire.cut()
        if part == 2:
            wire.open = True
        for _ in range(int(length / EVERY)):
            for speaker in speakers:
                speaker.say(f"PRIVMSG #room :{said}")
            said += 1
            await asyncio.sleep(EVERY)
    await asyncio.sleep(5)
    wanted = len(people) * said * 2 - 2 * said
    heard = sum(len(person.heard) for person in people)
    # A speaker's own words don't count where the server sends them back.
    print(f"{name}: departures seen by each person {sum(p.quits for p in people) / len(people):.0f}, "
          f"connections closed {sum(p.cut for p in people)}, "
          f"messages heard {heard / wanted:.1%} of {wanted:,}", flush=True)


async def inspircd(seconds):
    directory, processes = tempfile.mkdtemp(), []
    ports, links = free_ports(2), free_ports(2)
    wire = Wire(links[1])
    await wire.start()
    try:
        for i, (port, link) in enumerate(zip(ports, links)):
            name, other, to = "ab"[i], "ba"[i], wire.port if i == 0 else 1
            file = f"{directory}/{i}.conf"
            with open(file, "w") as out:
                out.write(INSPIRCD.format(name=name, other=other, id=f"{i}AA", port=port, link=link, to=to))
            processes.append(subprocess.Popen([program("inspircd"), "--nofork", "--runasroot", "--config", file],
                                              stdout=subprocess.DEVNULL, cwd=directory))
            wait_for(port, processes[-1])
        await asyncio.sleep(6)
        await scene("two linked InspIRCd", ports, wire, seconds)
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(directory)


async def ours(seconds):
    group = Group(2, 1, "deno run -A main.ts serve --no-log-messages --config FILE", wired := Wire(0))
    try:
        await wired.start()
        await asyncio.to_thread(group.start)
        await scene("two servers of a cluster", group.ports, wired, seconds)
    finally:
        group.stop()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=5)
    args = parser.parse_args()
    await inspircd(args.seconds)
    await ours(args.seconds)


if __name__ == "__main__":
    os.environ["DENO_NO_UPDATE_CHECK"] = "1"
    asyncio.run(main())
