import { assertEquals } from "@std/assert";
import type { Action } from "../../../lib/client/input/action.ts";
import { SLASH_COMMANDS } from "../../../lib/client/input/commands.ts";
import {
  interpret,
  interpretPiped,
  interpretTyped,
  isLeaving,
  isYes,
  mayBeSecret,
} from "../../../lib/client/input/interpret.ts";

/** What a line asks for: what is done, and with what. */
function does(line: string): string {
  const action: Action = interpret(line);
  switch (action.do) {
    case "reject":
      assertEquals(action.line, line);
      return `reject ${action.why}`;
    case "inform":
      return `inform ${action.lines.join("|")}`;
    default: {
      const { do: name, ...rest } = action;
      return [name, ...Object.values(rest).map((value) => `${value}`)].join(" ");
    }
  }
}

Deno.test("Commands: a line does what it says", () => {
  const cases: [line: string, done: string][] = [
    ["selam", "say selam"],
    ["  selam ", "say   selam "],
    ["", "reject You cannot send an empty message."],
    [" \t ", "reject You cannot send an empty message."],
    ["exit", "leave "],
    [" exit ", "leave "],
    ["Exit", "say Exit"],
    ["exit now", "say exit now"],
    ["//usr/bin", "say /usr/bin"],
    ["//", "say /"],
    ["/quit", "leave "],
    ["/QUIT  good night ", "leave good night"],
    ["/me waves", "act waves"],
    ["/me", "reject Type it as /me TEXT"],
    ["/msg Ayşe  bir iki ", "tell Ayşe bir iki"],
    ["/msg Ayşe", "reject Type it as /msg NAME TEXT"],
    ["/msg :x y", "reject Type it as /msg NAME TEXT"],
    ["/msg a,b y", "reject Type it as /msg NAME TEXT"],
    ["/nick Gökçe", "rename Gökçe"],
    ["/nick", "reject Type it as /nick NAME"],
    ["/who", "who undefined"],
    ["/who music", "who #music"],
    ["/who a b", "reject Type it as /who [ROOM]"],
    ["/help me", "inform /me TEXT: Says what you do: /me waves."],
    ["/help /ME", "inform /me TEXT: Says what you do: /me waves."],
    ["/help xyz", "inform There is no command /xyz. To list the commands, type /help"],
    ["/help toppic", "inform There is no command /toppic. /help lists them. Did you mean /topic?"],
    ["/join music", "join #music undefined"],
    ["/join #müzik gizli", "join #müzik gizli"],
    ["/join &local", "join &local undefined"],
    ["/join", "reject Type it as /join ROOM [KEY]"],
    ["/join a,b", "reject Type it as /join ROOM [KEY]"],
    ["/join a :x", "reject Type it as /join ROOM [KEY]"],
    ["/join a b c", "reject Type it as /join ROOM [KEY]"],
    ["/part", "part undefined "],
    ["/part iyi geceler", "part undefined iyi geceler"],
    ["/part #music iyi geceler", "part #music iyi geceler"],
    ["/whois Furkan:", "whois Furkan"],
    ["/whois", "reject Type it as /whois NAME"],
    ["/topic", "topic undefined"],
    ["/topic ders bitti", "topic ders bitti"],
    ["/topic -", "topic "],
    ["/away", "away "],
    ["/away çay", "away çay"],
    ["/back", "back"],
    ["/back x", "reject Type it as /back"],
    ["/op Ada", "rank Ada op true"],
    ["/deop Ada", "rank Ada op false"],
    ["/voice Ada", "rank Ada voice true"],
    ["/devoice Ada", "rank Ada voice false"],
    ["/kick Ada", "kick Ada "],
    ["/kick Ada: yeter artık", "kick Ada yeter artık"],
    ["/kick", "reject Type it as /kick NAME [REASON]"],
    ["/ban", "ban  false"],
    ["/ban *!*@host", "ban *!*@host false"],
    ["/unban Ada", "ban Ada true"],
    ["/unban", "reject Type it as /unban NAME"],
    ["/mute Ada", "mute Ada false"],
    ["/unmute Ada", "mute Ada true"],
    ["/invite Ada", "invite Ada"],
    ["/list", "list "],
    ["/list çay saati", "list çay saati"],
    ["/search çay saati", "search çay saati"],
    ["/search", "reject Type it as /search TEXT"],
    ["/history", "history 50"],
    ["/history 7", "history 7"],
    ["/history 999999", "history 1000"],
    ["/history 0", "reject Type it as /history [NUMBER]"],
    ["/history x", "reject Type it as /history [NUMBER]"],
    ["/raw MODE #a +i", "raw MODE #a +i"],
    ["/raw", "reject Type it as /raw LINE"],
    ["/query Ada", "query Ada"],
    ["/query #music", "show #music"],
    ["/rooms", "rooms"],
    ["/ignore", "ignore undefined false"],
    ["/ignore Ada", "ignore Ada false"],
    ["/unignore Ada", "ignore Ada true"],
    ["/save a b.txt", "save a b.txt"],
    ["/save", "reject Type it as /save FILE"],
    ["/clear", "clear"],
  ];
  for (const [line, done] of cases) assertEquals(does(line), done, line);
  const help = interpret("/help");
  const lines = help.do === "inform" ? help.lines : [];
  assertEquals(lines.length, SLASH_COMMANDS.length + 1);
  assertEquals(lines.at(-1), "With a screen reader, start with: chat join HOST --plain");
});

Deno.test("Commands: a text of several lines is said, whatever it starts with", () => {
  for (const text of ["/usr/bin\n/msg Ali x", "exit\nexit", "//a\nb"]) {
    assertEquals(interpret(text), { do: "say", text });
  }
  assertEquals(interpret("\n \n").do, "reject");
});

Deno.test("Commands: every command is listed once, in order, with a sentence that explains it", () => {
  const names = SLASH_COMMANDS.map(({ name }) => name);
  assertEquals(names, [...new Set(names)].sort());
  for (const { help, takes, usage } of SLASH_COMMANDS) {
    assertEquals(/^[A-Z].*\.$/.test(help), true, help);
    if (usage === "") assertEquals(takes, []);
  }
});

Deno.test("Commands: a mistyped command is not sent, and the nearest one is named", () => {
  const cases: [line: string, hint: string][] = [
    ["/mgs Ali x", "Did you mean /msg?"],
    ["/hlep", "Did you mean /help?"],
    ["/q", "Did you mean /quit?"],
    ["/nikc a", "Did you mean /nick?"],
    ["/w", "Did you mean /who?"],
    ["/unbann Ada", "Did you mean /unban?"],
    ["/usr/bin/env", "/help lists the commands."],
    ["/", "/help lists the commands."],
    [`/${"x".repeat(1000)}`, "/help lists the commands."],
  ];
  for (const [line, hint] of cases) {
    const done = does(line);
    assertEquals([done.startsWith("reject "), done.includes(hint)], [true, true], line);
  }
});

Deno.test("Commands: a path that a program prints is told from a command", () => {
  for (const text of ["/usr/bin/ld: x", "/usr/bin", "/a/b c"]) {
    assertEquals(interpretPiped(text), { do: "say", text }, text);
    assertEquals(interpretTyped(text).do, "reject", text);
  }
  for (const line of ["/msg Ali /etc", "/foo", "/", "//x", "/ a/b", "/foo/", "a/b/c"]) {
    assertEquals(interpretPiped(line), interpret(line), line);
  }
});

Deno.test("interpretTyped: several lines are always said, and spaces before a command are ignored", () => {
  for (const text of ["exit\n", "/me a\nb", "\n/quit"]) {
    assertEquals(interpretTyped(text), { do: "say", text });
  }
  assertEquals(interpretTyped(" \t/me waves"), { do: "act", text: "waves" });
  assertEquals(interpretPiped(" /me waves"), { do: "say", text: " /me waves" });
});

Deno.test("Commands: only yes in full is a yes", () => {
  for (const answer of ["yes", " Yes ", "YES"]) assertEquals(isYes(answer), true, answer);
  for (const answer of ["no", "No "]) assertEquals(isYes(answer), false, answer);
  for (const answer of ["", "y", "n", "yes please", "evet"]) assertEquals(isYes(answer), undefined);
});

Deno.test("Commands: exit and /quit leave at any prompt", () => {
  for (const line of ["exit", " exit", "/quit", "/QUIT bye"]) assertEquals(isLeaving(line), true);
  for (const line of ["Exit", "exits", "/quitter", "", "quit"]) {
    assertEquals(isLeaving(line), false);
  }
});

Deno.test("Commands: a line that may hold a password is told from others, also in the wrong place", () => {
  const secret = [
    ..."/register pw|/login Ada pw|/msg NickServ IDENTIFY pw|/query NickServ identify pw".split(
      "|",
    ),
    ..."/nickserv identify pw|/ns id pw|/identify pw|/pass pw|/oper Ada pw|/raw PASS pw".split("|"),
    ..."/raw NS identify pw| /raw PRIVMSG NickServ :IDENTIFY pw|/raw REGISTER * * pw".split("|"),
  ];
  for (const line of secret) assertEquals([line, mayBeSecret(line)], [line, true]);
  for (const line of ["selam", "/login Ada", "/nick pw", "/msg Ada pw", "/raw PRIVMSG Ada :x"]) {
    assertEquals([line, mayBeSecret(line)], [line, false]);
  }
});
