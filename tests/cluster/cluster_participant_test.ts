import { assertEquals } from "@std/assert";
import { ClusterParticipant } from "../../lib/cluster/cluster_participant.ts";
import type { LogRecord } from "../../lib/cluster/records.ts";
import { NOWHERE } from "../../lib/server/world/user.ts";
import { Harness } from "../server/harness.ts";

Deno.test("ClusterParticipant: each line that may give a new way back announces it", () => {
  const chat = new Harness();
  const { world } = chat;
  const { user } = chat.user("ada");
  const records: LogRecord[] = [];
  const participant = new ClusterParticipant(
    {
      world,
      push: (record) => records.push(record),
      userOf: () => user,
      clock: () => chat.now,
      newWay: () => world.stays.makeKey(),
      forget() {},
    },
    "a.1.0",
    { sink: NOWHERE, host: "192.0.2.1", address: "192.0.2.1:1", secure: false },
  );
  const asks = [
    "CAP REQ :x",
    "cap REQ :x",
    ":ada CAP REQ :x",
    "  CAP REQ :x",
    "@a=b  :c  Cap  REQ :x",
  ];
  const others = ["CAP", "JOIN #lobby", "PRIVMSG #lobby :CAP REQ :x"];
  for (const text of [...asks, ...others]) void participant.line({ text, fault: undefined });
  const announcing = records.flatMap((record) =>
    record.kind === "line" && record.way !== undefined ? [record.text] : []
  );
  assertEquals(announcing, asks);
});
