/**
 * Freezes servers of a cluster and of NATS, and cuts the network between them; for longer if
 * `CHAT_FAULTS` is set.
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { pause } from "../../lib/cli/os/pause.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import {
  checkAll,
  enterLobby,
  enterWhenOpen,
  Speaker,
  talkersOn,
  tell,
  THOROUGH,
  unlessNatsDiffers,
} from "./crowd_of_nodes.ts";
import { Wire } from "./wire.ts";

const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];

/** After how long a server is given up, or gives up itself, in milliseconds. */
const SILENCE_MS = 10_000;

/** How long NATS may need until it has a leader that all follow, in milliseconds. */
const ELECTED_MS = 40_000;

for (const seconds of [5, THOROUGH ? 40 : 14]) {
  const isShort = seconds * 1000 < SILENCE_MS;
  Deno.test(permitted(
    `Cluster: a server that stands still for ${seconds} s ${
      isShort ? "goes on" : "starts anew"
    }, with one history`,
    async () => {
      await using nodes = await ClusterNodes.start(["a", "b"], { flags: FLAGS });
      const talkers = await talkersOn(nodes);
      const speakers = [
        await Speaker.start(nodes.port("a"), "sa"),
        await Speaker.start(nodes.port("b"), "sb"),
      ];
      await using idle = await enterLobby(nodes.port("b"), "idle");
      for (const talker of talkers) talker.say("#lobby", 2);
      const frozen = nodes.node("b");
      frozen.kill("SIGSTOP");
      try {
        const words = talkers.map((talker) => talker.last("#lobby"));
        const since = performance.now();
        await Promise.all(talkers.map((talker) => talker.hears(...words)));
        const waited = performance.now() - since;
        tell(`talkers went on after ${Math.round(waited)} ms`);
        await pause(seconds * 1000 - waited);
      } finally {
        frozen.kill("SIGCONT");
      }
      if (isShort) await idle.ping();
      else {
        const last = await idle.end();
        assert(/ERROR :Closing link: .*go on at another/.test(last), last);
        await frozen.line(/gave this one up/);
        {
          await using again = await enterWhenOpen(nodes.port("b"), "again");
          await again.ping();
        }
      }
      await checkAll(nodes, speakers, talkers);
    },
    NO_NATS,
  ));
}

for (const seconds of [8, THOROUGH ? 30 : 14]) {
  Deno.test(permitted(
    `Cluster: if most servers of NATS stand still for ${seconds} s, nothing is heard meanwhile`,
    async () => {
      await using nodes = await ClusterNodes.start(["a", "b"], { count: 3, flags: FLAGS });
      const talkers = await talkersOn(nodes);
      const speakers = [
        await Speaker.start(nodes.port("a"), "sa"),
        await Speaker.start(nodes.port("b"), "sb"),
      ];
      await using idle = await enterLobby(nodes.port("a"), "idle");
      await idle.send("PRIVMSG #lobby :idle 1");
      await idle.until(/idle 1$/);
      const frozen = nodes.nats.servers.slice(0, 2);
      for (const server of frozen) server.signal("SIGSTOP");
      const since = performance.now();
      try {
        // What was on its way still comes through, and may be heard only later.
        await pause(1000);
        const said = talkers.map((talker) => talker.last("#lobby").split(": ").at(-1)!);
        if (seconds * 1000 > SILENCE_MS) {
          const last = await idle.end();
          const waited = performance.now() - since;
          assert(/ERROR :Closing link: .*go on at another/.test(last), last);
          assertLess(waited, SILENCE_MS + 3000);
          tell(`sent away after ${Math.round(waited)} ms`);
          await using refused = await enterLobby(nodes.port("a"), "refused").catch(() => undefined);
          assertEquals(refused, undefined, "nobody can enter");
        }
        await pause(seconds * 1000 - (performance.now() - since));
        const heard = new Set(idle.received.lines.map((line) => line.split("#lobby :").at(-1)));
        assertEquals(said.filter((text) => heard.has(text)), [], "nothing was heard");
      } finally {
        for (const server of frozen) server.signal("SIGCONT");
      }
      await unlessNatsDiffers(nodes, async () => {
        const thawed = performance.now();
        for (const name of nodes.names) {
          const port = nodes.port(name);
          await using first = await enterWhenOpen(port, `first-${name}`, ELECTED_MS);
          await first.ping();
        }
        const words = talkers.map((talker) => talker.last("#lobby"));
        await Promise.all(talkers.map((talker) => talker.hears(...words)));
        tell(`all heard ${Math.round(performance.now() - thawed)} ms after it went on`);
        // An election came on top of it: it was sent away, or it is still here.
        const wasSentAway = /ERROR :Closing link: .*go on at another/.test(idle.received.text);
        if (!wasSentAway) await idle.ping();
        await checkAll(nodes, speakers, talkers);
      });
    },
    NO_NATS,
  ));
}

for (const how of ["cut", "swallowed"] as const) {
  Deno.test(permitted(
    `Cluster: a server whose connection to NATS is ${how} sends its people away, and comes back`,
    async () => {
      await using nodes = await ClusterNodes.start(["a"], { flags: FLAGS });
      await using wire = new Wire(nodes.nats.servers[0]!.port);
      nodes.ways.set("b", `nats://127.0.0.1:${wire.port}`);
      await nodes.add("b");
      const talkers = await talkersOn(nodes);
      const speakers = [
        await Speaker.start(nodes.port("a"), "sa"),
        await Speaker.start(nodes.port("b"), "sb"),
      ];
      await using idle = await enterLobby(nodes.port("b"), "idle");
      const since = performance.now();
      if (how === "cut") wire.cut(true);
      else wire.swallow("both");
      wire.isDown = true;
      const words = talkers.map((talker) => talker.last("#lobby"));
      await Promise.all(talkers.map((talker) => talker.hears(...words)));
      tell(`talkers went on after ${Math.round(performance.now() - since)} ms`);
      const last = await idle.end();
      assert(/ERROR :Closing link: .*go on at another/.test(last), last);
      tell(`sent away after ${Math.round(performance.now() - since)} ms`);
      await speakers[1]!.client.end();
      wire.isDown = false;
      await nodes.node("b").line(/can be reached again|gave this one up/);
      {
        await using again = await enterWhenOpen(nodes.port("b"), "again");
        await again.ping();
      }
      tell(`open again after ${Math.round(performance.now() - since)} ms`);
      await checkAll(nodes, speakers, talkers);
    },
    NO_NATS,
  ));
}
