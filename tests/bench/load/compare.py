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
ALL = {**SCENARIOS, **TLS, **PLOT, **MEMORY}
GROUPS = {"plain": SCENARIOS, "tls": TLS, "plot": PLOT, "memory": MEMORY}
# Nagle's algorithm stalls ngIRCd for 40 ms at a time; that would be all that is measured.
# Nor does it speak WebSocket, Debian's not TLS as it comes, and it lets no more than ten wait.
NOT_NGIRCD = {"ws", "idle5000-ws", "idle2000-tls", "logins", "logins-tls", *TLS, "w64", "crowd", "huge", "caps", "caps-crowd", "rooms", "million", *PLOT}

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


class Server:
    """One server that runs until the end of the block."""

    def __init__(self, name, args):
        self.name, self.dir = name, tempfile.mkdtemp(prefix="chat-bench-")
        free = [socket.socket() for _ in range(3)]
        for each in free:
            each.bind(("127.0.0.1", 0))
        self.port, self.web_port, self.tls_port = (each.getsockname()[1] for each in free)
        for each in free:
            each.close()
        command = getattr(self, f"_{name}")(args)
        self.log = open(f"{self.dir}/out", "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, cwd=ROOT)
        self._wait()

    def _write(self, file, text):
        path = f"{self.dir}/{file}"
        with open(path, "w") as out:
            out.write(text)
        return path

    def _chat(self, args):
        limits = {"connections": 0, "connectionsPerIp": 0, "connectionsPerMinute": 0,
                  "unregistered": 0, "messagesPerSecond": 0}
        config = {"host": "127.0.0.1", "port": self.port, "tls": {"port": self.tls_port},
                  "announce": False,
                  "web": {"port": self.web_port}, "limits": limits,
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

    def _wait(self):
        for _ in range(300):
            if self.process.poll() is not None:
                sys.exit(f"{self.name} ended early; see {self.dir}/out")
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{self.name} does not answer")

    @property
    def pid(self):
        """The process that listens: the child, where the command is a launcher."""
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
                                  capture_output=True, text=True).stdout.split()
        return int(children[0]) if children else self.process.pid

    def drive(self, load, arguments):
        port = self.web_port if "--web" in arguments else self.tls_port if "--tls" in arguments else self.port
        run = subprocess.run([load, "--port", str(port), "--pid", str(self.pid),
                              *arguments.split()], capture_output=True, text=True, timeout=1200)
        if run.returncode:
            return {"failed": (run.stderr.strip().splitlines() or ["?"])[-1]}
        return {k: float(v) for k, v in re.findall(r"(\S+)=([\d.]+)", run.stdout)}

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        shutil.rmtree(self.dir)


def program(name):
    for place in (os.environ.get(name.upper()), f"/usr/sbin/{name}"):
        if place and os.path.exists(place):
            return place
    sys.exit(f"{name} is missing: install it, or give its path in {name.upper()}")


def medians(runs):
    good = [run for run in runs if "failed" not in run]
    return {key: statistics.median(run[key] for run in good) for key in good[0]} if good else None


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
                  if theirs.get(key))
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
    load = f"{tools}/ircload"
    subprocess.run(["cc", "-O2", "-o", load, f"{HERE}/ircload.c", "-lssl", "-lcrypto"], check=True)
    figures = {}

    def run(scenario, servers):
        for server in servers:
            if not (server.name == "ngircd" and scenario in NOT_NGIRCD):
                figures.setdefault(scenario, {}).setdefault(server.name, []).append(
                    server.drive(load, ALL[scenario]))
                time.sleep(0.3)

    fresh = [name for name in wanted if name in MEMORY]
    lasting = [name for name in wanted if name not in MEMORY]
    servers = []
    try:
        # One by one, so that those that run are stopped where the next one can't be started.
        for name in names if lasting else []:
            servers.append(Server(name, args))
        for scenario in lasting:
            for _ in range(args.rounds):
                run(scenario, servers)
            show(scenario, figures[scenario])
        while servers:
            servers.pop().stop()
        for scenario in fresh:
            for name in names:
                servers.append(Server(name, args))
                run(scenario, servers)
                servers.pop().stop()
            show(scenario, figures.get(scenario, {}))
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(tools)
    if args.json:
        with open(args.json, "w") as out:
            json.dump(figures, out, indent=1)


main()
