/**
 * A server is killed while people talk, again and again: `CHAT_KILLS` times, 10 where it is not
 * set. Nobody may have been told of a message that is not there afterwards.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Random, SEED } from "../fuzz/random.ts";
import { ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";

const KILLS = Number(Deno.env.get("CHAT_KILLS") ?? "") || 10;
const TALKERS = 3;
const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];
const CAPS = "echo-message message-tags server-time batch draft/chathistory";
const SAID = /^(?:@\S+ )?:\S+ PRIVMSG #lobby :(said-\S+) /;
const MSGID = /^@(?:\S*;)?msgid=([^;\s]+)/;

async function enter(port: number, nick: string): Promise<RawClient> {
  const client = await RawClient.user(port, nick);
  await client.send(`CAP REQ :${CAPS}`, "JOIN #lobby");
  await client.ping();
  return client;
}

/** Says something as fast as it is heard, until the server is gone. */
async function talk(client: RawClient, name: string, random: Random, onHeard: () => void) {
  let number = 0;
  try {
    while (true) {
      const count = 1 + random.below(12);
      const lines: string[] = [];
      for (let one = 0; one < count; one++) {
        lines.push(`PRIVMSG #lobby :said-${name}-${++number} ${"more ".repeat(random.below(60))}`);
      }
      await client.send(...lines);
      await client.until(new RegExp(`PRIVMSG #lobby :said-${name}-${number} `));
      onHeard();
    }
  } catch {
    // The server is gone.
  }
}

/** What was said, as far as this client was told of it; a torn line at the end tells nothing. */
function heard(client: RawClient): string[] {
  return client.received.lines.flatMap((line) => SAID.exec(line)?.[1] ?? []);
}

/** Reads history back until everything that is wanted was found, or there is no more. */
async function findAll(client: RawClient, wanted: ReadonlySet<string>): Promise<string[]> {
  const missing = new Set(wanted);
  let selector = "LATEST #lobby *";
  while (missing.size > 0) {
    const from = client.received.lines.length;
    await client.send(`CHATHISTORY ${selector} 100`);
    await client.until(/ BATCH -/);
    const found = client.received.lines.slice(from).filter((line) => SAID.test(line));
    const first = MSGID.exec(found[0] ?? "")?.[1];
    if (first === undefined) break;
    for (const line of found) missing.delete(SAID.exec(line)![1]!);
    selector = `BEFORE #lobby msgid=${first}`;
  }
  return [...missing];
}

/** Whether the file is sound, which is asked while the next server has it open. */
function check(path: string): void {
  const db = new DatabaseSync(path);
  try {
    assertEquals(db.prepare("PRAGMA integrity_check").all().map((row) => row.integrity_check), [
      "ok",
    ]);
    db.exec("INSERT INTO words (words) VALUES ('integrity-check')");
  } finally {
    db.close();
  }
}

Deno.test(`a server that is killed ${KILLS} times under load loses nothing that was heard`, async () => {
  const random = new Random(SEED);
  const data = await Deno.makeTempDir({ prefix: "chat-kill-" });
  let wanted = new Set<string>();
  let total = 0;
  let slowest = 0;
  try {
    for (let round = 0; round <= KILLS; round++) {
      const began = performance.now();
      await using server = await ServerProcess.start(FLAGS, 0, "", ["--data", data]);
      slowest = Math.max(slowest, performance.now() - began);
      check(`${data}/chat.db`);
      {
        await using reader = await enter(server.port, "reader");
        assertEquals(
          await findAll(reader, wanted),
          [],
          `lost in round ${round} of seed ${SEED}, of ${wanted.size}`,
        );
      }
      if (round === KILLS) break;
      const clients: RawClient[] = [];
      for (let index = 0; index < TALKERS; index++) {
        clients.push(await enter(server.port, `talker${index}`));
      }
      // Whoever has been heard that often pulls the plug, while the others talk on.
      let left = 1 + random.below(60);
      const onHeard = () => {
        if (--left === 0) server.kill("SIGKILL");
      };
      await Promise.all(
        clients.map((client, index) => talk(client, `${round}-${index}`, random, onHeard)),
      );
      await server.status;
      for (const client of clients) await client.end();
      wanted = new Set(clients.flatMap(heard));
      assert(wanted.size > 0);
      total += wanted.size;
      for (const client of clients) await client[Symbol.asyncDispose]();
    }
  } finally {
    await Deno.remove(data, { recursive: true });
  }
  if (KILLS > 10) {
    console.log(
      `${KILLS} kills, ${total} messages heard and found, ` +
        `${Math.round(slowest)} ms at most from the start of a process to its being ready`,
    );
  }
});
