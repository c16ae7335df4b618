/**
 * Kills a server again and again while people talk: `CHAT_KILLS` times (default 10). Afterwards
 * every message that somebody received is found by every query, redacted messages are gone but
 * their places are known, and messages written with a fast clock hide nothing.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Random, SEED } from "../fuzz/random.ts";
import { item, opened } from "../store/stores.ts";
import { ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { env, permitted } from "../permitted.ts";

const KILLS = Number(env("CHAT_KILLS") ?? "") || 10;
const TALKERS = 3;
const FLAGS = ["--host", "127.0.0.1", "--max-messages-per-second", "0", "--no-log-messages"];
const CAPS =
  "echo-message message-tags server-time batch draft/chathistory draft/message-redaction";
const SAID = /^(?:@\S+ )?:\S+ PRIVMSG #lobby :(said-\S+) /;
const MSGID = /^@(?:\S*;)?msgid=([^;\s]+)/;
const TIME = /^@(?:\S*;)?time=([^;\s]+)/;
const REDACTED = /^(?:@\S+ )?:\S+ REDACT #lobby (\S+)/;

async function enter(port: number, nick: string): Promise<RawClient> {
  const client = await RawClient.user(port, nick);
  await client.send(`CAP REQ :${CAPS}`, "JOIN #lobby");
  await client.ping();
  return client;
}

/**
 * Sends messages as fast as they come back until the server is gone, and redacts some of them.
 *
 * @returns The ids of the messages that it tried to redact.
 */
async function talk(
  client: RawClient,
  name: string,
  random: Random,
  onHeard: () => void,
): Promise<string[]> {
  let number = 0;
  const asked: string[] = [];
  try {
    while (true) {
      const count = 1 + random.below(12);
      const lines: string[] = [];
      for (let one = 0; one < count; one++) {
        lines.push(`PRIVMSG #lobby :said-${name}-${++number} ${"more ".repeat(random.below(60))}`);
      }
      await client.send(...lines);
      await client.until(new RegExp(`PRIVMSG #lobby :said-${name}-${number} `));
      if (random.oneIn(4)) {
        const own = `said-${name}-${number}`;
        const line = client.received.lines.findLast((line) => SAID.exec(line)?.[1] === own);
        const id = MSGID.exec(line ?? "")?.[1] ?? "";
        asked.push(id);
        await client.send(`REDACT #lobby ${id}`);
      }
      onHeard();
    }
  } catch {
    return asked;
  }
}

/** The messages that this client received, by id, without a torn line at the end. */
function heard(client: RawClient): [id: string, text: string][] {
  return client.received.lines.flatMap((line) => {
    const [text, id] = [SAID.exec(line)?.[1], MSGID.exec(line)?.[1]];
    return text === undefined || id === undefined ? [] : [[id, text]];
  });
}

/** The ids of the messages whose redaction this client received. */
function takenBack(client: RawClient): string[] {
  return client.received.lines.flatMap((line) => REDACTED.exec(line)?.[1] ?? []);
}

/** Reads history backwards, by id or by time, until it has enough or there is no more. */
async function readAll(
  client: RawClient,
  by: "msgid" | "timestamp",
  enough: number,
): Promise<Set<string>> {
  const all = new Set<string>();
  let selector = "LATEST #lobby *";
  for (;;) {
    const from = client.received.lines.length;
    await client.send(`CHATHISTORY ${selector} 100`);
    await client.until(/ BATCH -/);
    const found = client.received.lines.slice(from).filter((line) => SAID.test(line));
    for (const line of found) all.add(SAID.exec(line)![1]!);
    // Some of these are not wanted: they were redacted, or nobody received them.
    if (found.length < 100 || all.size > enough + 1000) return all;
    const first = (by === "msgid" ? MSGID : TIME).exec(found[0]!)![1]!;
    selector = `BEFORE #lobby ${by}=${first}`;
  }
}

/** Whether history still knows the places of these redacted messages. */
async function hasPlaces(client: RawClient, ids: readonly string[]): Promise<boolean> {
  for (const id of ids) {
    await client.send(`CHATHISTORY AFTER #lobby msgid=${id} 1`);
    const [line] = await client.until(/^.*( BATCH -|FAIL CHATHISTORY).*$/);
    if (line.includes("FAIL")) return false;
  }
  return true;
}

/** The number of messages that are written while the clock is ahead. */
const AHEAD = 1000;

/** Simulates a server that ran while the clock was two hours ahead. Returns its messages. */
function runAhead(data: string, round: number): string[] {
  const store = opened(data);
  const said = Array.from({ length: AHEAD }, (_, index) => `said-ahead-${round}-${index}`);
  for (const text of said) {
    const time = Date.now() + 2 * 3_600_000;
    store.history.append(item({ msgid: text, time, params: ["#lobby", `${text} x`] }));
  }
  store.close();
  return said;
}

/** Checks the integrity of the file, which the next server has open. */
function check(path: string): void {
  const db = new DatabaseSync(path);
  try {
    // The server may be writing.
    db.exec("PRAGMA busy_timeout = 5000");
    assertEquals(db.prepare("PRAGMA integrity_check").all().map((row) => row.integrity_check), [
      "ok",
    ]);
    db.exec("INSERT INTO words (words) VALUES ('integrity-check')");
  } finally {
    db.close();
  }
}

Deno.test(
  permitted(
    `Server: killed ${KILLS} times under load, it loses nothing that was heard`,
    async () => {
      const random = new Random(SEED);
      const data = await Deno.makeTempDir({ prefix: "chat-kill-" });
      let wanted = new Set<string>();
      let redacted = new Map<string, string>();
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
            const what = `in round ${round} of seed ${SEED}, of ${wanted.size}`;
            for (const by of ["msgid", "timestamp"] as const) {
              const found = await readAll(reader, by, wanted.size);
              assertEquals(
                [...wanted].filter((text) => !found.has(text)),
                [],
                `lost by ${by} ${what}`,
              );
              const back = [...redacted.values()].filter((text) => found.has(text));
              assertEquals(back, [], `taken back, and there by ${by} ${what}`);
            }
            assert(await hasPlaces(reader, [...redacted.keys()].slice(-20)), what);
          }
          if (round === KILLS) break;
          const clients: RawClient[] = [];
          for (let index = 0; index < TALKERS; index++) {
            clients.push(await enter(server.port, `talker${index}`));
          }
          // The server is killed after so many received messages, while people talk.
          let left = 1 + random.below(60);
          const onHeard = () => {
            if (--left === 0) server.kill("SIGKILL");
          };
          const asked = await Promise.all(
            clients.map((client, index) => talk(client, `${round}-${index}`, random, onHeard)),
          );
          await server.status;
          for (const client of clients) await client.end();
          const said = new Map(clients.flatMap(heard));
          redacted = new Map(clients.flatMap(takenBack).map((id) => [id, said.get(id) ?? id]));
          // The last redactions may have happened or not.
          for (const id of asked.flat()) said.delete(id);
          wanted = new Set(said.values());
          assert(wanted.size > 0);
          total += wanted.size;
          if (round % 3 === 1) { for (const text of runAhead(data, round)) wanted.add(text); }
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
    },
  ),
);
