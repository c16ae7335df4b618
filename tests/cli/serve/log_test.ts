import { assertEquals } from "@std/assert";
import { Log } from "../../../lib/cli/serve/log.ts";
import type { LogEvent } from "../../../lib/server/log_event.ts";

const AT = { address: "192.0.2.1:5", nick: "Çağrı" };

/** The output for these events. */
async function written(
  events: readonly LogEvent[],
  format: "text" | "json",
  messages = true,
): Promise<string[]> {
  let text = "";
  const log = new Log({
    format,
    messages,
    lobby: "#lobby",
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    // A file that accepts a few bytes at a time.
    write: (bytes) => {
      const part = bytes.subarray(0, 5);
      text += String.fromCharCode(...part);
      return Promise.resolve(part.length);
    },
  });
  for (const event of events) log.user(event);
  await log.flush();
  const decoded = new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  return decoded.trimEnd().split("\n");
}

Deno.test("Log: events are described in plain words, with the time", async () => {
  const events: [event: LogEvent, text: string][] = [
    [{ kind: "connected", address: AT.address }, "192.0.2.1:5 is connected to the server"],
    [{ kind: "claimed", ...AT }, "192.0.2.1:5 claimed Çağrı as its username"],
    [{ kind: "renamed", ...AT, newNick: "x" }, "192.0.2.1:5 (Çağrı) is now called x"],
    [{ kind: "said", ...AT, channel: "#lobby", text: "hi" }, "192.0.2.1:5 (Çağrı) says: hi"],
    [{ kind: "said", ...AT, channel: "#x", text: "hi" }, "192.0.2.1:5 (Çağrı) says in #x: hi"],
    [
      { kind: "said", ...AT, channel: "#lobby", text: "\x01ACTION waves\x01" },
      "192.0.2.1:5 (Çağrı) acts: waves",
    ],
    [
      { kind: "account", ...AT, account: "ç", did: "registered" },
      "192.0.2.1:5 (Çağrı) registered the account ç",
    ],
    [
      { kind: "account", ...AT, account: "ç", did: "in" },
      "192.0.2.1:5 (Çağrı) logged in to the account ç",
    ],
    [
      { kind: "account", ...AT, account: "ç", did: "failed" },
      "192.0.2.1:5 (Çağrı) failed to log in to the account ç",
    ],
    [
      { kind: "account", ...AT, nick: "", account: "", did: "failed" },
      "192.0.2.1:5 failed to log in: there is no such account",
    ],
    [
      { kind: "fault", ...AT, fault: "nul" },
      "192.0.2.1:5 (Çağrı) sent a line with a NUL character in it",
    ],
    [{ kind: "disconnected", ...AT, reason: "Quit: bye" }, "192.0.2.1:5 (Çağrı) is disconnected"],
    [
      { kind: "disconnected", ...AT, nick: "", reason: "Registration timeout" },
      "192.0.2.1:5 is disconnected (Registration timeout)",
    ],
  ];
  const lines = await written(events.map(([event]) => event), "text");
  for (const [index, [, text]] of events.entries()) {
    assertEquals(lines[index]!.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, ""), text);
  }
});

Deno.test("Log: nothing that is said can act on a terminal or forge a line, in text and in JSON", async () => {
  const text = "a\nb\x1b[2J\x9b31m\x7f\u202edet\u2028x\u200e";
  for (const format of ["text", "json"] as const) {
    const lines = await written([{ kind: "said", ...AT, channel: "#lobby", text }], format);
    assertEquals(lines.length, 1, format);
    assertEquals(/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(lines[0]!), false, format);
    if (format === "json") assertEquals(JSON.parse(lines[0]!).text, text, "and nothing is lost");
  }
});

Deno.test("Log: messages are left out if they are not wanted", async () => {
  const said: LogEvent = { kind: "said", ...AT, channel: "#lobby", text: "hi" };
  const lines = await written([said, { kind: "claimed", ...AT }], "json", false);
  assertEquals(lines.map((line) => JSON.parse(line).kind), ["claimed"]);
});

Deno.test("Log: what a full disk did not take is counted, and told when there is room again", async () => {
  let full = true;
  let text = "";
  const faults: unknown[] = [];
  const log = new Log({
    format: "text",
    messages: true,
    lobby: "#lobby",
    now: () => 0,
    write: (bytes) => {
      if (full) return Promise.reject(new Error("no space"));
      text += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
    failed: (error) => faults.push(error),
  });
  for (const nick of ["a", "b", "c"]) {
    log.user({ kind: "claimed", address: AT.address, nick });
    if (nick !== "a") await log.flush();
  }
  full = false;
  log.user({ kind: "claimed", ...AT });
  await log.flush();
  const lines = text.trimEnd().split("\n").map((line) => line.slice(20));
  assertEquals(lines, [
    "192.0.2.1:5 claimed Çağrı as its username",
    "3 lines of this log are missing: they could not be written in time",
  ]);
  assertEquals(faults.length, 1);
});
