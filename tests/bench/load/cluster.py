#!/usr/bin/env python3
"""One server alone beside two and three that are one chat, in one run. See README.md.

    python3 cluster.py [--rounds N] [--engines 1|3] [--json FILE]

Needs cc, OpenSSL and nats-server. What is said at the first server is heard at the second; in w64
every second one of all is there. Quote ratios, not absolute figures.
"""
import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from compare import ROOT, SCENARIOS, UNLIMITED, build, figures_of, free_ports, medians, program, stop, wait_for

LOADS = {
    "quiet": (SCENARIOS["quiet"], "--listen"),
    "w8": (SCENARIOS["w8"], "--second"),
    "w64": (SCENARIOS["w64"], "--second"),
    "crowd": (SCENARIOS["crowd"], "--second"),
}


class Group:
    """So many servers of one chat, and their engines, until the end.

    With a wire, the last server reaches its engine through it.
    """

    def __init__(self, count, engines, cmd, wire=None):
        self.dir = tempfile.mkdtemp(prefix="chat-cluster-")
        self.count, self.processes, self.ports, self.pids = count, [], [], []
        self.engines, self.cmd, self.wire = engines, cmd, wire
        if wire is None:
            self.start()

    def start(self):
        urls = self._engines(self.engines) if self.count > 1 else []
        for number in range(self.count):
            [port] = free_ports(1)
            config = {"host": "127.0.0.1", "port": port, "tls": None, "web": None, "announce": False,
                      "limits": UNLIMITED, "data": f"{self.dir}/data{number}"}
            if self.wire and number == self.count - 1:
                self.wire.to = int(urls[0].rsplit(":", 1)[1])
                urls = [f"nats://127.0.0.1:{self.wire.port}"]
            if urls:
                config["cluster"] = {"servers": urls, "node": f"n{number}", "address": "127.0.0.1"}
            file = f"{self.dir}/chat{number}.json"
            with open(file, "w") as out:
                json.dump(config, out)
            process = self._start(shlex.split(self.cmd.replace("FILE", file)))
            wait_for(port, process)
            self.ports.append(port)
            self.pids.append(process.pid)

    def _start(self, command):
        log = open(f"{self.dir}/out{len(self.processes)}", "w")
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
        self.processes.append(process)
        return process

    def _engines(self, count):
        ports, routes = free_ports(count), free_ports(count)
        for number, port in enumerate(ports):
            lines = [f"server_name: e{number}", f'listen: "127.0.0.1:{port}"',
                     f'jetstream {{ store_dir: "{self.dir}/e{number}" }}']
            if count > 1:
                all_routes = ", ".join(f'"nats://127.0.0.1:{route}"' for route in routes)
                lines.append(f'cluster {{ name: c, listen: "127.0.0.1:{routes[number]}", routes: [{all_routes}] }}')
            file = f"{self.dir}/e{number}.conf"
            with open(file, "w") as out:
                out.write("\n".join(lines))
            wait_for(port, self._start([program("nats-server"), "-c", file]))
        time.sleep(5 if count > 1 else 1)
        return [f"nats://127.0.0.1:{port}" for port in ports]

    def drive(self, load, scenario):
        arguments, where = LOADS[scenario]
        more = [where, self.ports[1]] if self.count > 1 else []
        return figures_of([load, "--port", self.ports[0], "--pid", self.pids[0], *arguments.split(), *more])

    def stop(self):
        # The servers leave before their engines do.
        for process in reversed(self.processes):
            stop(process)
        shutil.rmtree(self.dir)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cmd", default="deno run -A main.ts serve --no-log-messages --config FILE")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(LOADS))
    parser.add_argument("--servers", default="1,2,3")
    parser.add_argument("--engines", type=int, choices=(1, 3), default=1)
    parser.add_argument("--json")
    args = parser.parse_args()
    tools = tempfile.mkdtemp(prefix="chat-load-")
    load = build(tools)
    figures, groups = {}, []
    try:
        for count in map(int, args.servers.split(",")):
            groups.append(Group(count, args.engines, args.cmd))
        for scenario in args.only.split(","):
            runs = figures[scenario] = {group.count: [] for group in groups}
            for _ in range(args.rounds):
                for group in groups:
                    runs[group.count].append(group.drive(load, scenario))
                    time.sleep(0.3)
            print(f"\n{scenario}")
            found = {count: medians(each) for count, each in runs.items()}
            for count, values in found.items():
                if values is None:
                    print(f"  {count} servers FAILED: {runs[count][-1]['failed']}")
                    continue
                alone = found.get(1)
                ratios = "" if count == 1 or not alone else "  ".join(
                    f"{key} x{values[key] / alone[key]:.2f}" for key in ("deliveries/s", "p50", "p99", "cpu"))
                print(f"  {count}: deliveries/s={values['deliveries/s']:,.0f} p50={values['p50']:,.0f} "
                      f"p99={values['p99']:,.0f} cpu={values['cpu']:.3f}  {ratios}")
            sys.stdout.flush()
    finally:
        for group in groups:
            group.stop()
        shutil.rmtree(tools)
    if args.json:
        with open(args.json, "w") as out:
            json.dump(figures, out)


if __name__ == "__main__":
    main()
