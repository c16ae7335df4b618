import { assertEquals } from "@std/assert";
import {
  type Actor,
  COMMANDS,
  interpret,
  isLeaving,
  startsWithPath,
} from "../../lib/client/commands.ts";

function does(line: string): string[] {
  const done: string[] = [];
  const actor: Actor = {
    say: (text) => done.push(`say ${text}`),
    tell: (target, text) => done.push(`tell ${target}: ${text}`),
    act: (text) => done.push(`act ${text}`),
    rename: (name) => done.push(`rename ${name}`),
    who: () => done.push("who"),
    leave: (reason) => done.push(`leave ${reason}`),
    inform: (text) => done.push(`inform ${text}`),
    reject: (_, why) => done.push(`reject ${why}`),
  };
  interpret(line, actor);
  return done;
}

Deno.test("a line does what it says", () => {
  const cases: [line: string, ...done: string[]][] = [
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
    ["/msg Ayşe  bir iki ", "tell Ayşe: bir iki"],
    ["/msg Ayşe", "reject Type it as /msg NAME TEXT"],
    ["/msg :x y", "reject Type it as /msg NAME TEXT"],
    ["/msg a,b y", "reject Type it as /msg NAME TEXT"],
    ["/nick Gökçe", "rename Gökçe"],
    ["/nick", "reject Type it as /nick NAME"],
    ["/who", "who"],
    ["/who x", "reject Type it as /who"],
    ["/help me", "inform /me TEXT: Says what you do: /me waves."],
    ["/help /ME", "inform /me TEXT: Says what you do: /me waves."],
    ["/help xyz", "inform There is no command /xyz. /help lists them."],
  ];
  for (const [line, ...done] of cases) assertEquals(does(line), done, line);
  assertEquals(does("/help").length, COMMANDS.length);
});

Deno.test("a mistyped command is not sent, and the nearest is named", () => {
  const cases: [line: string, hint: string][] = [
    ["/mgs Ali x", "Did you mean /msg?"],
    ["/hlep", "Did you mean /help?"],
    ["/q", "Did you mean /quit?"],
    ["/nikc a", "Did you mean /nick?"],
    ["/usr/bin/env", "/help lists the commands."],
    ["/", "/help lists the commands."],
    [`/${"x".repeat(1000)}`, "/help lists the commands."],
  ];
  for (const [line, hint] of cases) {
    const [done = "", ...more] = does(line);
    assertEquals([done.startsWith("reject "), done.includes(hint), more], [true, true, []], line);
  }
});

Deno.test("a path that a program prints is told from a command", () => {
  for (const line of ["/usr/bin/ld: x", "/usr/bin", "/a/b c"]) {
    assertEquals(startsWithPath(line), true, line);
  }
  for (const line of ["/msg Ali /etc", "/foo", "/", "//x", "/ a/b", "/foo/", "a/b/c"]) {
    assertEquals(startsWithPath(line), false, line);
  }
});

Deno.test("what leaves is known at any prompt", () => {
  for (const line of ["exit", " exit", "/quit", "/QUIT bye"]) assertEquals(isLeaving(line), true);
  for (const line of ["Exit", "exits", "/quitter", "", "quit"]) {
    assertEquals(isLeaving(line), false);
  }
});
