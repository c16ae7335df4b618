/** Servers of a cluster go, and those who were on them are on another one. */
import { assertEquals } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { House } from "../cli/serve/house.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { CALM } from "../server/harness.ts";
import { Browsers, NO_BROWSER } from "../web/browser.ts";
import { answer, inside } from "../web/page_scene.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { pageGoesOver, programGoesOver } from "./other_node.ts";
import { RUNTIME, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { Wire } from "./wire.ts";

const HOST = "127.0.0.1";

/** Two servers, of which the first tells of the second. */
async function two(...flags: readonly string[]): Promise<ClusterNodes> {
  const nodes = await ClusterNodes.start(["a", "b"], { flags });
  await using look = await RawClient.connect(nodes.port("a"));
  await look.send("NICK look", "USER raw 0 * :Raw");
  await look.until(/ chat\.internal\/NODES=/);
  return nodes;
}

/** The ways in which the first server goes. */
const CUTS: Readonly<Record<"killed" | "frozen" | "stopped", (nodes: ClusterNodes) => void>> = {
  killed: (nodes) => nodes.node("a").kill("SIGKILL"),
  frozen: (nodes) => nodes.node("a").kill("SIGSTOP"),
  stopped: (nodes) => nodes.node("a").kill("SIGTERM"),
};

for (const [how, cut] of Object.entries(CUTS)) {
  Deno.test(
    permitted(`chat join: its server is ${how}, and nobody else notices`, async () => {
      await using nodes = await two();
      const place = { first: `${HOST}:${nodes.port("a")}`, host: HOST, port: nodes.port("b") };
      await programGoesOver(place, () => cut(nodes));
    }, NO_NATS),
  );
  Deno.test(
    permitted(`Page: its server is ${how}, and nobody else notices`, async () => {
      await using nodes = await two();
      await using browsers = new Browsers();
      const page = await browsers.open(`http://${HOST}:${await nodes.node("a").webPort()}/`);
      await answer(page, "Ada");
      await inside(page);
      await pageGoesOver(page, nodes.port("b"), () => cut(nodes));
    }, NO_NATS || NO_BROWSER),
  );
}

Deno.test(
  permitted(
    "chat join: what a known server told lets it in by another one, also later",
    async () => {
      await using stack = new AsyncDisposableStack();
      const home = await Deno.makeTempDir({ prefix: "chat-home-" });
      stack.defer(() => Deno.remove(home, { recursive: true }));
      const env = { XDG_CONFIG_HOME: home };
      await using nodes = await two("--tls-port", "0");
      const port = nodes.node("a").tlsPort;
      const place = { first: `${HOST}:+${port}`, host: HOST, port: nodes.port("b") };
      const [, fingerprint = ""] = /(SHA256:\S{43})/.exec(nodes.node("a").stdout.text) ?? [];
      const options = { env, args: ["--fingerprint", fingerprint] };
      await programGoesOver(place, () => CUTS.killed(nodes), options);
      const file = `${home}/chat/nodes.json`;
      const remembered: Record<string, string> = JSON.parse(await Deno.readTextFile(file));
      const [[key = "", told = ""] = []] = Object.entries(remembered);
      assertEquals(key, `${HOST}:${port}`);
      const join = () => start(["join", place.first, "--name", "Ali", "--plain"], { env });
      await using late = join();
      await late.line(/^You have selected your username/);
      await late.closeStdin();
      assertEquals(await late.exit(), 0);
      // A server with another key is not trusted, although it is on this machine.
      const changed = told.replace(/[\w-]{43}/, "A".repeat(43));
      await Deno.writeTextFile(file, JSON.stringify({ [key]: changed }));
      await using later = join();
      assertEquals(await later.exit(), 1);
    },
    NO_NATS || tlsFault(RUNTIME),
  ),
);

Deno.test(permitted("chat join: the person can name several servers", async () => {
  await using house = await House.open(CALM);
  await using first = new Wire(house.ircPort);
  const hosts = `${HOST}:${first.port},localhost:${house.ircPort}`;
  const place = { first: hosts, host: "localhost", port: house.ircPort };
  await programGoesOver(place, () => {
    first.isDown = true;
    first.cut(false);
  });
  await using late = start(["join", `${hosts}/music`, "--name", "Ali", "--plain"]);
  await late.line(/^You have selected your username/);
}));
