import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const CAPS = "server-time message-tags echo-message batch";
const LINES = Array.from({ length: 1000 }, (_, at) => `line ${at + 1}`);

function entered(caps = CAPS): Drive {
  return new Drive({ multiline: true, stays: true }).enter("Ali", caps);
}

/** The server returns what it got. */
function echo(it: Drive): Drive {
  return it.server(...it.takeSent().map((line) => line.replace(/^(@\S+ )?/, "$1:Ali!a@h ")));
}

Deno.test("Long paste: it is announced, and what is typed after it does not wait for it", () => {
  const it = entered().say(LINES.join("\n"), "#lobby");
  assertEquals(it.takeEvents(), [
    "info: Sending 1,000 lines in 1000 messages, which takes about 4 minutes. You can go on " +
    "typing. To stop it, press Ctrl-C or type /stop",
  ]);
  it.say("merhaba", "#lobby");
  const before = it.takeSent();
  assertEquals([before.length <= 8, before.at(-1)], [true, "PRIVMSG #lobby :merhaba"]);
  const [rest] = it.session.unsentItems.filter(({ rest }) => rest);
  assertEquals(rest?.text.split("\n").length, 1000 - before.length + 1);
});

Deno.test("Long paste: it can be stopped, and the rest is counted", () => {
  const it = entered().say(LINES.join("\n"), "#lobby");
  const sent = it.takeSent().length;
  it.takeEvents();
  assertEquals(it.type("/stop").takeEvents(), [`info: Stopped: ${1000 - sent} lines not sent.`]);
  assertEquals(it.session.unsentItems.some(({ rest }) => rest), false);
  assertEquals(it.type("/stop").takeEvents(), [
    "info: Nothing is being sent that could be stopped.",
  ]);
});

Deno.test("Long paste: it takes as few messages as the server allows, and all of it arrives", () => {
  const it = entered(`${CAPS} draft/multiline=max-bytes=16384,max-lines=250`);
  it.say(LINES.join("\n"), "#lobby");
  const said: string[] = [];
  let batches = 0;
  while (it.sent.length > 0) {
    for (const line of it.sent) {
      if (line.startsWith("BATCH +")) batches++;
      const [, text] = /PRIVMSG #lobby :?(.*)$/.exec(line) ?? [];
      if (text !== undefined) said.push(text);
    }
    echo(it);
  }
  assertEquals([batches, said], [4, LINES]);
});
