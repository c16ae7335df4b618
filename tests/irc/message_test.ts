import { assertEquals, assertThrows } from "@std/assert";
import {
  escapeTagValue,
  format,
  message,
  nickOf,
  parse,
  unescapeTagValue,
} from "../../lib/irc/message.ts";

const PARSED: [line: string, tags: Record<string, string>, source: string | undefined, string[]][] =
  [
    ["PING", {}, undefined, ["PING"]],
    ["ping a", {}, undefined, ["PING", "a"]],
    [":a!b@c PRIVMSG #d :e f", {}, "a!b@c", ["PRIVMSG", "#d", "e f"]],
    ["PRIVMSG #d ::-)", {}, undefined, ["PRIVMSG", "#d", ":-)"]],
    ["PRIVMSG  #d   :", {}, undefined, ["PRIVMSG", "#d", ""]],
    ["  PRIVMSG #d a:b ", {}, undefined, ["PRIVMSG", "#d", "a:b"]],
    ["@a=1;b;+c=x\\sy :s CMD p", { a: "1", b: "", "+c": "x y" }, "s", ["CMD", "p"]],
    ["@a=1;a=2 CMD", { a: "2" }, undefined, ["CMD"]],
    ["@=1;; CMD", {}, undefined, ["CMD"]],
    ["MODE #d +k key :", {}, undefined, ["MODE", "#d", "+k", "key", ""]],
    [":src 001 nick :Welcome", {}, "src", ["001", "nick", "Welcome"]],
    ["SAY türkçe ığüşöç :İstanbul'da ☕", {}, undefined, [
      "SAY",
      "türkçe",
      "ığüşöç",
      "İstanbul'da ☕",
    ]],
  ];

Deno.test("IRC message: a line is parsed into tags, source, command and parameters", () => {
  for (const [line, tags, source, words] of PARSED) {
    const parsed = parse(line);
    assertEquals(Object.fromEntries(parsed!.tags), tags, line);
    assertEquals(parsed!.source, source, line);
    assertEquals([parsed!.command, ...parsed!.params], words, line);
  }
});

Deno.test("IRC message: a line without a command is no message", () => {
  for (const line of ["", " ", ":", ":source", ":source ", "@tag", "@tag ", "@tag :source "]) {
    assertEquals(parse(line), undefined, JSON.stringify(line));
  }
});

Deno.test("IRC message: a formatted message is parsed to the same message", () => {
  for (const [line] of PARSED) {
    const first = parse(line)!;
    assertEquals(parse(format(first)), first, line);
  }
});

Deno.test("IRC message: people's text is marked as the last parameter, and names are not", () => {
  assertEquals(format(message("PRIVMSG", ["#a", "b"], { source: "n" })), ":n PRIVMSG #a :b");
  assertEquals(format(message("JOIN", ["#a"], { source: "n" })), ":n JOIN #a");
  assertEquals(format(message("JOIN", [])), "JOIN");
});

Deno.test("IRC message: a message that can't stand on one line is not formatted", () => {
  const bad = [
    message("A", ["", "b"]),
    message("A", ["x y", "b"]),
    message("A", [":x", "b"]),
    message("A", ["x\r\nQUIT"]),
    message("A", ["x\nQUIT"]),
    message("A", ["x\0"]),
  ];
  for (const each of bad) assertThrows(() => format(each), TypeError);
});

Deno.test("IRC message: tag values are escaped and unescaped", () => {
  for (
    const [plain, escaped] of [
      ["a;b", "a\\:b"],
      ["a b", "a\\sb"],
      ["a\\b", "a\\\\b"],
      ["a\r\nb", "a\\r\\nb"],
      ["", ""],
    ] as const
  ) {
    assertEquals(escapeTagValue(plain), escaped);
    assertEquals(unescapeTagValue(escaped), plain);
  }
  assertEquals(unescapeTagValue("a\\bc\\"), "abc", "unknown escapes and a lone backslash");
});

Deno.test("IRC message: the nick is taken from the source", () => {
  for (const [source, nick] of [["a!b@c", "a"], ["a@c", "a"], ["irc.host", "irc.host"]] as const) {
    assertEquals(nickOf(source), nick);
  }
});
