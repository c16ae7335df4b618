import { assert, assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const CAPS = "server-time message-tags echo-message away-notify";
const WHOX = ":s 005 Ali WHOX :are supported by this server";
const QUESTION = "WHO #music %tcuhnf,77";

/** Enters #music, in which these people are. */
function enter(it: Drive, ...names: string[]): string[] {
  it.server(":Ali!ali@host JOIN #music");
  it.server(`:s 353 Ali = #music :Ali ${names.join(" ")}`, ":s 366 Ali #music :End");
  return it.takeSent();
}

function person(caps = CAPS): Drive {
  return new Drive({ stays: true }).enter("Ali", caps).server(WHOX);
}

/** The marks that `/who` shows. */
function marks(it: Drive): unknown {
  it.events.length = 0;
  it.type("/who", "#music").server(":s 366 Ali #music :End");
  const [event] = it.events;
  assert(event?.type === "users");
  it.takeSent();
  return [event.operators, event.away];
}

Deno.test("Presence: people who were away before we came are known, and later changes are followed", () => {
  const it = person().type("/join music");
  it.takeSent();
  assertEquals(enter(it, "@Ada", "+Bob", "Can"), [QUESTION]);
  it.server(":s 354 Ali 77 #music u h Ada G@", ":s 354 Ali 77 #music u h Bob H+");
  it.server(":s 354 Ali 12 #music u h Can G", ":s 354 Ali 77 #yok u h Can G", ":s 354 Ali 77");
  it.server(":s 354 Ali 77 #music u h Yok G", ":s 315 Ali #music :End");
  assertEquals(marks(it), [["Ada"], ["Ada"]]);
  it.server(":s 005 Ali CASEMAPPING=rfc1459 :are supported by this server");
  assertEquals(marks(it), [["Ada"], ["Ada"]]);
  it.server(":Ada!a@h AWAY", ":Bob!b@h AWAY :lunch");
  assertEquals(marks(it), [["Ada"], ["Bob"]]);
  it.type("/away");
  assertEquals(marks(it), [["Ada"], ["Ali", "Bob"]]);
});

Deno.test("Presence: the server is not asked if the answer is of no use, or too long", () => {
  const many = Array.from({ length: 200 }, (_, at) => `n${at}`);
  const cases: [name: string, it: Drive, others: string[]][] = [
    ["alone", person(), []],
    ["too many", person(), many],
    ["changes are not told", person("server-time"), ["Ada"]],
    ["no WHOX", new Drive({ stays: true }).enter("Ali", CAPS), ["Ada"]],
    ["a program", new Drive().enter("Ali", CAPS).server(WHOX), ["Ada"]],
  ];
  for (const [name, it, others] of cases) {
    it.type("/join music").takeSent();
    assertEquals(enter(it, ...others), [], name);
  }
  const it = person().type("/join music").type("/join other");
  it.takeSent();
  assertEquals(enter(it, "Ada"), [QUESTION]);
  it.server(":Ali!ali@host JOIN #other", ":s 353 Ali = #other :Ali Ada", ":s 366 Ali #other :End");
  assertEquals(it.takeSent(), [], "right behind another one");
});
