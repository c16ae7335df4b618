/**
 * The cost of reading and writing a line. The figures are for comparison; there is no limit to
 * pass.
 */
import { CLIENT_LINES, LineBuffer } from "../../lib/irc/lines.ts";
import { format, message, parse } from "../../lib/irc/message.ts";
import { looks, wideLooks } from "../../lib/irc/looks.ts";
import { fold } from "../../lib/irc/names.ts";

const PLAIN = "PRIVMSG #lobby :Aa Alperen selam, nasılsın?";
const TAGGED = `@+draft/reply=abc;label=12 ${PLAIN}`;
const SAID = message("PRIVMSG", ["#lobby", "Aa Alperen selam, nasılsın?"], {
  source: "Furkan!~furkan@192.0.2.1",
});
const CHUNK = new TextEncoder().encode(`${PLAIN}\r\n`.repeat(20));
const lines = new LineBuffer(CLIENT_LINES);

Deno.bench("parse a plain line", { group: "parse", baseline: true }, () => {
  parse(PLAIN);
});

Deno.bench("parse a line with tags", { group: "parse" }, () => {
  parse(TAGGED);
});

Deno.bench("format a message", () => {
  format(SAID);
});

Deno.bench("cut 20 lines from a read", () => {
  lines.push(CHUNK);
  while (lines.next() !== undefined);
});

Deno.bench("fold an ASCII name", { group: "names", baseline: true }, () => {
  fold("Alperen");
});

Deno.bench("fold a Turkish name", { group: "names" }, () => {
  fold("Çağrı");
});

Deno.bench("what a Turkish name looks like", { group: "names" }, () => {
  looks("Çağrı");
});

Deno.bench("what an ASCII name looks similar to", { group: "names" }, () => {
  wideLooks("Alperen");
});

Deno.bench("what a Turkish name looks similar to", { group: "names" }, () => {
  wideLooks("Çağrı");
});
