import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { kindOf, type LineKind } from "../../lib/server/dispatch.ts";

const CASES: Readonly<Record<LineKind, readonly string[]>> = {
  shared: [
    ...["JOIN #x", "NICK x", "QUIT", "AWAY", "CAP LS 302", "CAP REQ x", "CAP END", "KILL x"],
    ...["MODE #x +m", "MODE x +i", "TOPIC #x :", "INVITE x #x", "MARKREAD #x timestamp=x"],
    ...["MONITOR + x", "MONITOR C", "PRIVMSG #x :NickServ", "PRIVMSG x :IDENTIFY y", "TAGMSG x"],
    ...["BATCH +1 draft/multiline NickServ", "BATCH -1", "@batch=1 PRIVMSG #x :x"],
    // It spoils the batch.
    ...["@batch=1 WHOIS x", "@label=1;batch=x PING x"],
    // Somebody else gets it too, and the service does not.
    "PRIVMSG x,N1ckServ :x",
  ],
  local: [
    ...[
      "",
      ":",
      "FOO",
      "identify x",
      "WHOIS x",
      "WHO",
      "LIST",
      "NAMES",
      "PING x",
      "PONG",
      "STATS m",
    ],
    ...["MODE #x", "TOPIC #x", "INVITE", "MARKREAD #x", "MONITOR L", "monitor s", "cap list"],
    ...["CHATHISTORY LATEST #x * 9", "SEARCH text=x", "HELP", "ERROR", "@label=1 USERHOST x"],
  ],
  secret: [
    ...["PASS x", "OPER x y", "AUTHENTICATE x", "REGISTER * * x", "VERIFY x y", "RESUME x"],
    ...["NS HELP", "NickServ x", "REHASH", "@batch=1 IDENTIFY x", "@batch=1 OPER x y"],
    ...["PRIVMSG NickServ :HELP", "NOTICE nickserv :x", "TAGMSG NickServ", "PRIVMSG N1ckServ :x"],
    ...["PRIVMSG NickServ@services.example :x", "PRIVMSG NickServ!x@y :x"],
    ...["PRIVMSG ,NickServ@x :x", "PRIVMSG N1ckServ,, :x"],
    ...["PRIVMSG NickServ,NickServ@x :x", "@batch=1 PRIVMSG NickServ :x", "PRIVMSG x,NickServ :x"],
  ],
};

Deno.test("kindOf: a line with a secret stays at its server, and one that only reads does", () => {
  for (const [kind, texts] of Object.entries(CASES)) {
    for (const text of texts) {
      assertEquals(kindOf(COMMANDS, { text, fault: undefined }), kind, text);
    }
  }
  for (const fault of ["too-long", "not-utf8", "nul"] as const) {
    assertEquals(kindOf(COMMANDS, { text: "JOIN #x", fault }), "local", fault);
  }
});
