import { assertEquals } from "@std/assert";
import { LineBuffer, SERVER_LINES } from "../../../lib/irc/lines.ts";
import { Drive } from "../drive.ts";

const CONVERSATION = [
  ":s CAP * LS :server-time echo-message message-tags",
  ":s 353 * = #lobby :Furkan Gökçe",
  ":s 366 * #lobby :End of NAMES list",
  ":s CAP * ACK :echo-message",
  ":s CAP * ACK :message-tags",
  ":s CAP * ACK :server-time",
  ":s 001 Ali :Welcome",
  "@time=2026-01-02T03:04:05.678Z :Ali!a@h JOIN #lobby",
  ":s 366 Ali #lobby :End",
  "@time=2026-01-02T03:04:06.678Z;msgid=1 :Furkan!f@h PRIVMSG #lobby :Ağaç 👩‍👧 \x01\x02",
  "PING :çay",
  ":Gökçe!g@h QUIT :🙋",
].join("\r\n") + "\r\n";

Deno.test("Session: how the server's bytes are split over reads makes no difference", () => {
  const bytes = new TextEncoder().encode(CONVERSATION);
  const runs = [bytes.length, 1, 2, 3, 7].map((size) => {
    const it = new Drive({ name: "Ali" }).open();
    const lines = new LineBuffer(SERVER_LINES);
    for (let at = 0; at < bytes.length; at += size) {
      lines.push(bytes.slice(at, at + size));
      for (let line = lines.next(); line !== undefined; line = lines.next()) it.server(line.text);
    }
    return { sent: it.sent, events: it.events };
  });
  assertEquals(runs[0]?.events.length, 5);
  for (const run of runs) assertEquals(run, runs[0]);
});
