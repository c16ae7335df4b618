#!/usr/bin/env python3
"""This program's server beside InspIRCd and ngIRCd, in one run. See README.md.

    python3 compare.py                          # everything but the members' plot: about half an hour
    python3 compare.py --only w8,w64 --rounds 5
    python3 compare.py --only tls               # a group: plain, tls, memory or plot
    python3 compare.py --only plot --json plot.json

Each round drives every server in turn, so that a drift of the machine hits all alike.
Needs cc and OpenSSL, and inspircd and ngircd (see README.md). Quote ratios, not absolute figures.
"""
import argparse
import json
import os
import re
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))

# What the load generator is called with.
SCENARIOS = {
    "quiet": "--messages 1500 --rate 100",
    "w8": "--messages 4000 --window 8",
    "w64": "--messages 8000 --window 64",
    "ws": "--messages 8000 --window 64 --web",
    "w512": "--messages 8000 --window 512",
    "crowd": "--members 2000 --messages 2000 --window 64",
    "huge": "--members 5000 --messages 400 --window 16",
    "caps": "--messages 8000 --window 64 --caps half",
    "caps-crowd": "--members 2000 --messages 2000 --window 64 --caps half",
    "rooms": "--members 10000 --channels 1000 --messages 200000 --window 4096",
    # As logins, but into a room in which much was said: newcomers are shown the last messages.
    "comers": "--members 2000 --join-only --at-once 2000",
}
TLS = {f"tls-{name}": f"{SCENARIOS[name]} --tls" for name in ("quiet", "w8", "w64", "w512")}
TLS["tls-crowd"] = "--members 1000 --messages 2000 --window 64 --tls"
PLOT = {f"m{n}": f"--members {n} --messages {m} --window 64"
        for n, m in ((10, 40000), (100, 10000), (1000, 3000), (5000, 600))}
# These start every server anew, since what they measure is how its memory grows.
MEMORY = {
    "register": "--members 2000 --join-only",
    "logins": "--members 2000 --join-only --at-once 2000",
    "logins-tls": "--members 1000 --join-only --at-once 1000 --tls",
    "idle5000": "--members 5000 --idle",
    "idle10000": "--members 10000 --idle",
    "idle5000-ws": "--members 5000 --idle --web",
    "idle2000-tls": "--members 2000 --idle --tls",
    "churn": "--churn 100000",
    "million": "--messages 1000000 --window 64",
}
# Used for a while, then ten times as much: does the memory stay the same?
LASTING = {"lasting": ["--messages 100000 --window 64", "--churn 10000",
                       "--messages 1000000 --window 64", "--churn 100000"]}
# Rooms of ten, with four messages in flight in each.
PLOT |= {f"r{n}": f"--members {n * 10} --channels {n} --messages {m} --window {n * 4}"
         for n, m in ((1, 20000), (10, 40000), (100, 80000), (1000, 80000))}
PLOT |= {f"tls-{name}": f"{PLOT[name]} --tls"
         for name in ("m10", "m100", "m1000", "r1", "r10", "r100")}
ALL = {**SCENARIOS, **TLS, **PLOT, **MEMORY, **LASTING}
GROUPS = {"plain": SCENARIOS, "tls": TLS, "plot": PLOT, "memory": {**MEMORY, **LASTING}}
# Nagle's algorithm stalls ngIRCd for 40 ms at a time; that would be all that is measured.
# Nor does it speak WebSocket, Debian's not TLS as it comes, and it lets no more than ten wait.
NOT_NGIRCD = {"ws", "comers", "idle5000-ws", "idle2000-tls", "logins", "logins-tls", *TLS, "w64", "crowd", "huge", "caps", "caps-crowd", "rooms", "million", *PLOT, *LASTING}

INSPIRCD = """
<server name="irc.bench.local" description="bench" network="Bench"><admin name="x" nick="x" email="x@x">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect allow="*" timeout="600" localmax="100000" globalmax="100000" maxconnwarn="no"
 threshold="1000000" commandrate="100000000" fakelag="no" hardsendq="100M" softsendq="100M" recvq="1M"
 resolvehostnames="no" useident="no" limit="100000" pingfreq="600">
<performance nouserdns="yes" netbuffersize="65534" somaxconn="1024" softlimit="100000" quietbursts="yes">
<channels users="20" opers="60"><module name="ircv3_servertime"><module name="cap"><module name="ircv3">
<module name="ircv3_ctctags"><module name="ircv3_accounttag"><module name="ircv3_echomessage">
<module name="services_account"><module name="sha1"><module name="websocket"><wsorigin allow="*">
<bind address="127.0.0.1" port="{web_port}" type="clients" hook="websocket">
<module name="ssl_gnutls"><sslprofile name="tls" provider="gnutls" certfile="{dir}/cert.pem" keyfile="{dir}/key.pem"
 priority="NORMAL"><bind address="127.0.0.1" port="{tls_port}" type="clients" sslprofile="tls">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{dir}/inspircd.log">
"""
NGIRCD = """[Global]
Name = irc.bench.local
Info = bench
Listen = 127.0.0.1
Ports = {port}
ServerUID = root
ServerGID = root
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 600
PongTimeout = 600
[Options]
DNS = no
Ident = no
PAM = no
"""


# A server without limits on clients.
UNLIMITED = {"connections": 0, "connectionsPerIp": 0, "connectionsPerMinute": 0,
             "unregistered": 0, "messagesPerSecond": 0}


def free_ports(count):
    """Ports that nobody listens on."""
    free = [socket.socket() for _ in range(count)]
    for each in free:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in free]
    for each in free:
        each.close()
    return ports


def wait_for(port, process, what="a server"):
    """Waits until a process takes connections."""
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(f"ended early: {what}")
        try:
            return socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.1)
    sys.exit(f"does not answer: {what}")


def stop(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


def build(directory):
    """Builds the load generator. Returns its path."""
    load = f"{directory}/ircload"
    subprocess.run(["cc", "-O2", "-o", load, f"{HERE}/ircload.c", "-lssl", "-lcrypto"], check=True)
    return load


def figures_of(command):
    """Runs the load generator. Returns what it measured, or why it failed."""
    run = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=1200)
    if run.returncode:
        return {"failed": (run.stderr.strip().splitlines() or ["?"])[-1]}
    return {k: float(v) for k, v in re.findall(r"(\S+)=([\d.]+)", run.stdout)}


class Server:
    """One server that runs until the end of the block."""

    def __init__(self, name, args):
        self.name, self.dir = name, tempfile.mkdtemp(prefix="chat-bench-")
        self.port, self.web_port, self.tls_port = free_ports(3)
        command = getattr(self, f"_{name}")(args)
        self.log = open(f"{self.dir}/out", "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, cwd=ROOT)
        wait_for(self.port, self.process, f"{name}; see {self.dir}/out")

    def _write(self, file, text):
        path = f"{self.dir}/{file}"
        with open(path, "w") as out:
            out.write(text)
        return path

    def _chat(self, args):
        config = {"host": "127.0.0.1", "port": self.port, "tls": {"port": self.tls_port},
                  "announce": False,
                  "web": {"port": self.web_port}, "limits": UNLIMITED,
                  "data": None if args.ephemeral else f"{self.dir}/data"}
        return shlex.split(args.cmd.replace("FILE", self._write("chat.json", json.dumps(config))))

    def _inspircd(self, _):
        # As ours: a key on the curve P-256, signed by itself.
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=bench", "-keyout", f"{self.dir}/key.pem",
                        "-out", f"{self.dir}/cert.pem"], check=True, capture_output=True)
        conf = self._write("inspircd.conf", INSPIRCD.format(**vars(self)))
        return [program("inspircd"), "--nofork", "--runasroot", "--config", conf]

    def _ngircd(self, _):
        return [program("ngircd"), "-n", "-f", self._write("ng.conf", NGIRCD.format(port=self.port))]

    def _bare(self, _):
        return ["deno", "run", "--allow-net", "--allow-env", f"{HERE}/bare.ts", str(self.port), str(self.tls_port)]

    @property
    def pid(self):
        """The process that listens: the child, where the command is a launcher."""
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
                                  capture_output=True, text=True).stdout.split()
        return int(children[0]) if children else self.process.pid

    def settle(self):
        """Waits, three minutes at most, until it has done next to nothing for five seconds."""
        before = None
        for _ in range(36):
            with open(f"/proc/{self.pid}/stat") as stat:
                fields = stat.read().rpartition(")")[2].split()
            now = int(fields[11]) + int(fields[12])  # clock ticks
            if before is not None and now - before <= 5:
                return
            before = now
            time.sleep(5)

    def last(self, load, steps):
        """How much memory there is in the middle of these steps, and at their end, when it is quiet."""
        sizes, half = [], len(steps) // 2
        for part in (steps[:half], steps[half:]):
            for arguments in part:
                figures = self.drive(load, arguments)
                if "failed" in figures:
                    return figures
            self.settle()
            with open(f"/proc/{self.pid}/status") as status:
                sizes.append(float(re.search(r"VmRSS:\s+(\d+)", status.read())[1]))
        return {"rss_before": sizes[0], "rss": sizes[1], "growth": sizes[1] / sizes[0]}

    def drive(self, load, arguments):
        if isinstance(arguments, list):
            return self.last(load, arguments)
        port = self.web_port if "--web" in arguments else self.tls_port if "--tls" in arguments else self.port
        return figures_of([load, "--port", port, "--pid", self.pid, *arguments.split()])

    def stop(self):
        stop(self.process)
        self.log.close()
        shutil.rmtree(self.dir)


def program(name):
    for place in (os.environ.get(name.upper()), f"/usr/sbin/{name}"):
        if place and os.path.exists(place):
            return place
    sys.exit(f"{name} is missing: install it, or give its path in {name.upper()}")


def medians(runs):
    good = [run for run in runs if "failed" not in run]
    # Memory that has not grown has no figure for each connection.
    keys = [key for key in good[0] if all(key in run for run in good)] if good else []
    return {key: statistics.median(run[key] for run in good) for key in keys} or None


def show(scenario, results):
    print(f"\n{scenario}")
    found = {name: medians(runs) for name, runs in results.items() if runs}
    for name, values in found.items():
        if values is None:
            print(f"  {name:9} FAILED: {results[name][-1]['failed']}")
            continue
        print(f"  {name:9} " + "  ".join(f"{key}={value:,.3g}" if value < 100 else f"{key}={value:,.0f}"
                                         for key, value in values.items() if key != "errors"))
    ours = found.get("chat")
    for name, theirs in found.items():
        if name == "chat" or ours is None or theirs is None:
            continue
        ratios = (f"{key} x{ours[key] / theirs[key]:.2f}"
                  for key in ("deliveries/s", "p99", "cpu", "registrations/s", "connects/s", "kb/connection")
                  if ours.get(key) and theirs.get(key))
        print(f"  chat : {name}  " + "  ".join(ratios))
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cmd", default="deno run -A main.ts serve --no-log-messages --config FILE",
                        help="how to start this program's server; FILE stands for its configuration")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="plain,tls,memory")
    parser.add_argument("--servers", default="chat,inspircd,ngircd")
    parser.add_argument("--ephemeral", action="store_true", help="nothing on disk")
    parser.add_argument("--json", help="also write every figure to this file")
    args = parser.parse_args()
    names = args.servers.split(",")
    wanted = [name for part in args.only.split(",") for name in GROUPS.get(part, [part])]
    tools = tempfile.mkdtemp(prefix="chat-load-")
    load = build(tools)
    figures = {}

    def finish(scenario):
        show(scenario, figures.get(scenario, {}))
        if args.json:
            with open(args.json, "w") as out:
                json.dump(figures, out, indent=1)

    def run(scenario, servers):
        for server in servers:
            if not (server.name == "ngircd" and scenario in NOT_NGIRCD):
                figures.setdefault(scenario, {}).setdefault(server.name, []).append(
                    server.drive(load, ALL[scenario]))
                time.sleep(0.3)

    fresh = [name for name in wanted if name in GROUPS["memory"]]
    lasting = [name for name in wanted if name not in GROUPS["memory"]]
    servers = []
    try:
        # One by one, so that those that run are stopped where the next one can't be started.
        for name in names if lasting else []:
            servers.append(Server(name, args))
        for scenario in lasting:
            for _ in range(args.rounds):
                run(scenario, servers)
            finish(scenario)
        while servers:
            servers.pop().stop()
        for scenario in fresh:
            for name in names:
                servers.append(Server(name, args))
                run(scenario, servers)
                servers.pop().stop()
            finish(scenario)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(tools)
    if args.json:
        with open(args.json, "w") as out:
            json.dump(figures, out, indent=1)


if __name__ == "__main__":
    main()
