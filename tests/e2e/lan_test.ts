/** Rooms are announced on one machine and found on another, with other programs in between. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodeMessage } from "../../lib/lan/dns_message.ts";
import { recordsOf } from "../../lib/lan/room_records.ts";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { NOTICE } from "../lan/quiet_lan.ts";
import { LACKING, permitted } from "../permitted.ts";
import { installed } from "./other_servers.ts";
import { type Process, RUNTIME } from "./program.ts";
import { NO_TERMINAL } from "./tmux.ts";
import { type Machine, NO_MACHINES, TwoMachines } from "./two_machines.ts";

const MISSING = NO_MACHINES || tlsFault(RUNTIME);

const NOTHING = /^No room was found on this network\. Rooms on other networks, and those of /;

function test(name: string, fn: (lan: TwoMachines) => Promise<void>, missing = MISSING): void {
  Deno.test(permitted(
    name,
    async () => {
      await using lan = await TwoMachines.open();
      await fn(lan);
    },
    missing,
  ));
}

/** The rooms that a machine finds. */
async function found(machine: Machine, wait = 1): Promise<Record<string, unknown>[]> {
  const [, out] = await machine.result(["find", "--json", "--wait", `${wait}`]);
  return out.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

test("Network: a room on one machine is found on another, until it closes", async (lan) => {
  await using server = await lan.one.serve("Büro chat", "--invite-only");
  const [, fingerprint = ""] = await server.line(/--fingerprint (\S+)$/);
  const [room, ...others] = await found(lan.other);
  const { addresses, ...told } = room!;
  assertEquals(others, []);
  assertEquals(told, {
    ...{ title: "Büro chat", address: "10.9.0.1", port: 6697, encrypted: true, room: "#lobby" },
    ...{ fingerprint, web: 8097, needs: "invite" },
  });
  assertMatch(`${addresses}`, /^10\.9\.0\.1,fe80:\S+%eth0$/);
  const [status, out] = await lan.other.result(["find"]);
  assertEquals([status, out], [0, '"Büro chat": chat join 10.9.0.1, by invitation\n']);
  server.kill("SIGINT");
  assertEquals(await server.exit(), 0);
  const [code, nothing, why] = await lan.other.result(["find"]);
  assertEquals([code, nothing], [1, ""]);
  assertMatch(why, NOTHING);
});

test("Network: a server that does not announce itself, or can't be reached, is not found", async (lan) => {
  for (const flag of [["--no-announce"], ["--host", "127.0.0.1"]]) {
    await using server = await lan.one.chat("serve", "--ephemeral", "--no-tls", ...flag);
    await server.line(/^Nothing is kept on disk/);
    assert(!server.stdout.text.includes("on this network"), server.stdout.text);
    assertEquals(await found(lan.other), []);
  }
});

test("Network: of two rooms with the same title, the later one gets a number", async (lan) => {
  await using first = await lan.one.serve("Büro chat");
  await using second = await lan.other.serve("Büro chat");
  assertMatch(first.stdout.text, /announced on this network as "Büro chat" \(buro-chat\.local\)$/m);
  assertMatch(second.stdout.text, /as "Büro chat \(2\)" \(buro-chat-2\.local\)$/m);
  const titles = (await found(lan.one)).map(({ title }) => title).sort();
  assertEquals(titles, ["Büro chat", "Büro chat (2)"]);
});

test("Network: in a pipe, --title finds a room that is known, and no other", async (lan) => {
  const join = (...more: string[]) =>
    lan.other.result(["join", "--title", "büro CHAT", "--name", "ci", ...more], "Selam\n");
  const [gone, , why] = await join();
  assertEquals([gone, why], [
    1,
    'No room "büro CHAT" was found on this network. To see all: chat find. If it is on another ' +
    "network, join it by its address.\n",
  ]);
  const data = ["--data", `${lan.one.directory}/data`];
  {
    await using server = await lan.one.serve("Büro chat", ...data);
    const [unknown, , advice] = await join();
    assertEquals(unknown, 1);
    assertMatch(advice, /^You have not used the server at 10\.9\.0\.1:6697 before/);
    assertEquals((await join("--trust-new"))[0], 0);
    await server.line(/\(ci\) says: Selam$/);
    server.kill("SIGINT");
    await server.exit();
  }
  {
    // The address is another one, but the fingerprint is the same.
    await lan.one.shell("ip addr add 10.9.0.77/24 dev eth0 && ip addr del 10.9.0.1/24 dev eth0");
    await lan.one.shell(
      "ip addr show dev eth0 | grep -q 10.9.0.77 || ip addr add 10.9.0.77/24 dev eth0",
    );
    await using server = await lan.one.serve("Büro chat", ...data);
    const [known, , said] = await join();
    assertEquals([known, said], [0, ""]);
    await server.line(/\(ci\) says: Selam$/);
    server.kill("SIGINT");
    await server.exit();
  }
  await using server = await lan.one.serve("Büro chat");
  const [changed, , warning] = await join("--trust-new");
  assertEquals(changed, 1);
  assertMatch(warning, /^The fingerprint that "Büro chat" announces is not that of 20\d\d-/);
  assert(!server.stdout.text.includes("Selam"));
});

test(
  "Network: chat join alone lists rooms while it asks, and a number or a part of a title chooses",
  async (lan) => {
    await using _server = await lan.one.serve("Büro chat");
    await using terminal = await lan.other.terminal("join", "--name", "Furkan");
    await terminal.shows(
      /^ {2}1 {2}"Büro chat" at 10\.9\.0\.1$[^]*Please enter the server's address:$/m,
    );
    const second = await lan.other.serve("Lab", "--no-tls", "--port", "7000");
    await terminal.shows(/^ {2}2 {2}"Lab" at 10\.9\.0\.2:7000, not encrypted$/m);
    second.kill("SIGINT");
    await second.exit();
    await second[Symbol.asyncDispose]();
    await terminal.shows(/^"Lab" is not there any more\.$/m);
    await terminal.enters("7");
    await terminal.shows(/^There is no room with the number 7 here\.$/m);
    await terminal.enters("büro");
    await terminal.shows(/Continue and remember it\?/);
    await terminal.enters("yes");
    await terminal.shows(/You can now chat/);
    await terminal.enters("exit");
    await terminal.shows(/You will be disconnected/);
    // Now it is the last server, and Enter takes it, whatever is announced.
    await using again = await lan.other.terminal("join");
    await again.shows(
      /"Büro chat" at 10\.9\.0\.1, you were there on 20\d\d-[^]*address: 10\.9\.0\.1:6697$/m,
    );
    await again.presses("Enter");
    await again.shows(/Please choose a username: Furkan/);
  },
  MISSING || NO_TERMINAL,
);

test(
  "Network: if there is no room, chat join says what to do, and takes an address",
  async (lan) => {
    await using server = await lan.one.chat("serve", "--ephemeral", "--no-announce");
    await server.line(/The server is ready/);
    await using terminal = await lan.other.terminal("join", "--plain");
    await terminal.shows((rows) =>
      /No room was found on this network so far\. Ask whoever runs/.test(rows.join(" ")) &&
      rows.at(-1) === "Please enter the server's address:"
    );
    await terminal.enters("10.9.0.1");
    await terminal.shows(/Continue and remember it\?/);
  },
  MISSING || NO_TERMINAL,
);

test("Network: a server follows the addresses of its machine", async (lan) => {
  await using _server = await lan.one.serve("Büro chat");
  await lan.one.shell("ip addr add 10.9.0.50/24 dev eth0");
  await lan.one.shell("ip addr del 10.9.0.1/24 dev eth0");
  await lan.one.shell(
    "ip addr show dev eth0 | grep -q 10.9.0.50 || ip addr add 10.9.0.50/24 dev eth0",
  );
  for (let tries = 0;; tries++) {
    const [room] = await found(lan.other);
    if (room?.address === "10.9.0.50") break;
    assert(tries < 15, JSON.stringify(room));
  }
});

/** Sends packets from a machine to all, again and again until its input ends. */
async function flood(machine: Machine, packets: readonly Uint8Array[]): Promise<Process> {
  const file = `${machine.directory}/packets.json`;
  await Deno.writeTextFile(file, JSON.stringify(packets.map((packet) => [...packet])));
  const script = `${machine.directory}/flood.ts`;
  await Deno.writeTextFile(
    script,
    `import { createSocket } from "node:dgram";
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    await new Promise((resolve) => socket.bind(5353, () => resolve(undefined)));
    socket.setMulticastInterface("10.9.0.2");
    const packets = JSON.parse(Deno.readTextFileSync(${JSON.stringify(file)}));
    let stopped = false;
    Deno.stdin.read(new Uint8Array(1)).then(() => stopped = true);
    // A busy machine loses the end of each burst: every packet comes first now and then.
    for (let first = 0; !stopped; first += 97) {
      const at = first % packets.length;
      for (const bytes of [...packets.slice(at), ...packets.slice(0, at)]) {
        await new Promise((resolve) =>
          socket.send(Uint8Array.from(bytes), 5353, "224.0.0.251", resolve)
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    socket.close();`,
  );
  return machine.start([Deno.execPath(), "run", "-A", script]);
}

test("Network: forged answers cost a list of 100 harmless titles, and the room its name at most", async (lan) => {
  await using server = await lan.one.serve("Büro chat");
  const announced = (title: string, addresses: readonly string[]) => {
    const { shared, own } = recordsOf({ ...NOTICE, title }, "evil", addresses);
    return encodeMessage({ response: true, answers: [...shared, ...own] });
  };
  await using flooding = await flood(lan.other, [
    announced("Here", ["127.0.0.1"]),
    ...Array.from({ length: 300 }, (_, at) => announced(`\x1b[2J"Room ${at}`, ["10.9.0.2"])),
    announced("Büro chat", ["10.9.0.2"]),
    ...Array.from({ length: 50 }, (_, at) => crypto.getRandomValues(new Uint8Array(at * 9))),
  ]);
  await server.line(/announced on this network as "Büro chat \(\d+\)" /);
  const [status, out] = await lan.one.result(["find", "--wait", "2"]);
  assertEquals(status, 0);
  const lines = out.trimEnd().split("\n");
  assert(lines.length > 50 && lines.length <= 100, `${lines.length}`);
  const forged = lines.filter((line) => /^"'Room \d+": chat join 10\.9\.0\.2$/.test(line));
  assert(forged.length > 50, lines[0]);
  assert(!out.includes("\x1b") && !out.includes("127.0.0.1"), out);
  await flooding.closeStdin();
  assertEquals(await flooding.exit(), 0, flooding.stderr.text);
  server.kill("SIGINT");
  assertEquals([await server.exit(), server.stderr.text], [0, ""]);
});

/** A Python that has zeroconf; undefined if there is none. */
const PYTHON = await pythonWithZeroconf();

async function pythonWithZeroconf(): Promise<string | undefined> {
  if (LACKING.length > 0) return undefined;
  for (const python of ["python3", "/usr/bin/python3"]) {
    const { success } = await new Deno.Command(python, {
      ...{ args: ["-c", "import zeroconf"], stdout: "null", stderr: "null" },
    }).output().catch(() => ({ success: false }));
    if (success) return python;
  }
  return undefined;
}

const ZEROCONF = `
import socket, sys
from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf
TYPE = "_ircs-u._tcp.local."
class Listener:
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name)
        print("found", name, info.port, sorted(info.parsed_addresses())[0], info.properties[b"room"].decode(), flush=True)
    def remove_service(self, zeroconf, kind, name):
        print("gone", name, flush=True)
    def update_service(self, *_):
        pass
own = Zeroconf()
own.register_service(ServiceInfo(TYPE, "Python room." + TYPE, port=7777, server="python-room.local.",
    addresses=[socket.inet_aton("10.9.0.2")], properties={"room": "#python"}))
ServiceBrowser(own, TYPE, Listener())
print("ready", flush=True)
sys.stdin.readline()
own.close()
print("closed", flush=True)
`;

test(
  "Network: python-zeroconf sees our rooms, and we see its own, until they are gone",
  async (lan) => {
    await using server = await lan.one.serve("Büro chat");
    await using python = lan.other.start([PYTHON!, "-c", ZEROCONF]);
    await python.stdout.part(/found Büro chat\._ircs-u\._tcp\.local\. 6697 10\.9\.0\.1 #lobby\n/);
    const rooms = await found(lan.one);
    assertEquals(rooms.map(({ title, address }) => [title, address]).sort(), [
      ["Büro chat", "10.9.0.1"],
      ["Python room", "10.9.0.2:+7777/python"],
    ]);
    server.kill("SIGINT");
    await python.stdout.part(/gone Büro chat\._ircs-u\._tcp\.local\.\n/);
    await python.write("\n");
    await python.line(/^closed$/);
    assertEquals(await found(lan.one), []);
  },
  MISSING || (PYTHON === undefined ? "python3-zeroconf is not installed" : ""),
);

const DBUS = `<busconfig><type>system</type>
<listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`;

/** Runs avahi with a bus and places of its own, and the name that our room would have. */
const AVAHI = `set -e
mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/dbus /run/avahi-daemon
cat > /run/dbus.conf <<X
${DBUS}
X
printf '[server]\\nhost-name=buro-chat\\nallow-interfaces=eth0\\n' > /run/avahi.conf
dbus-daemon --config-file=/run/dbus.conf --fork
avahi-daemon -f /run/avahi.conf --no-drop-root --no-chroot --no-rlimits 2>&1 &
until avahi-browse -t _x._tcp > /dev/null 2>&1; do sleep 0.05; done
avahi-publish -s 'Avahi room' _ircs-u._tcp 7777 room=#avahi 2>&1 &
avahi-browse -rpk _ircs-u._tcp &
read line
avahi-resolve -n buro-chat.local buro-chat-2.local
`;

/** Gives a command places and processes of its own, which end with it. */
const ALONE = ["unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc"];

const NO_AVAHI = await installed("avahi-daemon") && await installed("avahi-browse") &&
    await installed("dbus-daemon")
  ? ""
  : "avahi is not installed";

test(
  "Network: avahi on the same machine sees our rooms, keeps its name, and we see its rooms",
  async (lan) => {
    await using avahi = lan.one.start([...ALONE, "sh", "-c", AVAHI], {
      env: { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/run/dbus/system_bus_socket" },
    });
    await avahi.stdout.part(/Server startup complete\. Host name is buro-chat\.local\./);
    await avahi.stdout.part(/=;eth0;IPv[46];Avahi/);
    await using server = await lan.one.serve("Büro chat");
    assertMatch(server.stdout.text, /as "Büro chat" \(buro-chat-2\.local\)$/m);
    await avahi.stdout.part(
      /=;eth0;IPv4;B\\195\\188ro\\032chat;_ircs-u\._tcp;local;buro-chat-2\.local;/,
    );
    const rooms = await found(lan.other);
    assertEquals(rooms.map(({ title, address }) => [title, address]).sort(), [
      ["Avahi room", "10.9.0.1:+7777/avahi"],
      ["Büro chat", "10.9.0.1"],
    ]);
    await avahi.write("\n");
    await avahi.stdout.part(/buro-chat\.local\t\S+\nburo-chat-2\.local\t\S+\n/);
    server.kill("SIGINT");
    assertEquals(await server.exit(), 0);
  },
  MISSING || NO_AVAHI,
);
