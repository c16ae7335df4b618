/** A server of a cluster that was away, and reads what it missed. */
import { assertEquals } from "@std/assert";
import { encodeEntry, keyOf, type LogRecord } from "../../lib/cluster/records.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { enterLobby } from "./crowd_of_nodes.ts";

/** Enough to be told of, and so few that it reads them rather than copy the data of another. */
const ENTRIES = 12_000;

/** How many entries are on their way to NATS at a time. */
const TOGETHER = 500;

Deno.test(
  permitted("Cluster: a server that catches up with much says how long it took", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"]);
    await nodes.kill("b");
    await using nats = nodes.nats.client();
    await nats.client.connected();
    let number = 0;
    const publish = (record: LogRecord) => {
      const entry = encodeEntry({ node: "x", epoch: 1, number: number++, records: [record] });
      return nats.client.request("chat.in.x", entry);
    };
    const key = keyOf("x", 1, 0);
    const line = (text: string) => publish({ kind: "line", key, text });
    await publish({ kind: "start", version: "x", place: { host: "127.0.0.1" } });
    const from = { host: "192.0.2.1", address: "192.0.2.1:1", secure: false, isHere: false };
    await publish({ kind: "connect", key, ...from });
    for (const text of ["NICK ada", "USER a 0 * :A", "JOIN #lobby"]) await line(text);
    while (number < ENTRIES) {
      await Promise.all(
        Array.from({ length: TOGETHER }, () => line(`PRIVMSG #lobby :${number} of many words`)),
      );
    }
    await using ben = await enterLobby(nodes.port("a"), "ben");
    await ben.send("PRIVMSG #lobby :The last word", "CHATHISTORY LATEST #lobby * 2");
    await ben.until(/ada!.* PRIVMSG #lobby :/);
    const b = await nodes.add("b");
    const said = /Caught up with (\d+) entries in ([\d.]+) seconds/.exec(b.stdout.text);
    const [, count = "", seconds = ""] = said ?? [];
    assertEquals(Number(count) >= ENTRIES, true, b.stdout.text);
    console.log(`${count} entries in ${seconds} s`);
    await using cem = await enterLobby(nodes.port("b"), "cem");
    await cem.send("CHATHISTORY LATEST #lobby * 2");
    await cem.until(/ben!.* PRIVMSG #lobby :The last word/);
  }, NO_NATS),
);
