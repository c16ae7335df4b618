import { assertEquals } from "@std/assert";
import { CALM, Harness, START } from "./harness.ts";

const SECONDS = Math.floor(START / 1000);

Deno.test("the message of the day has a line for each of its lines", () => {
  const a = new Harness({ ...CALM, motd: "Welcome\nto the chat" }).user("a");
  assertEquals(a.ask("MOTD"), [
    ":chat.test 375 a :- chat.test Message of the day -",
    ":chat.test 372 a :- Welcome",
    ":chat.test 372 a :- to the chat",
    ":chat.test 376 a :End of MOTD",
  ]);
});

Deno.test("LUSERS counts users, connections and channels", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "a", "b");
  harness.connect();
  assertEquals(a!.ask("LUSERS"), [
    ":chat.test 251 a :There are 2 users and 0 invisible on 1 servers",
    ":chat.test 252 a 0 :operator(s) online",
    ":chat.test 253 a 1 :unknown connection(s)",
    ":chat.test 254 a 2 :channels formed",
    ":chat.test 255 a :I have 2 clients and 0 servers",
    ":chat.test 265 a 2 2 :Current local users 2, max 2",
    ":chat.test 266 a 2 2 :Current global users 2, max 2",
  ]);
});

Deno.test("WHO shows the members of a room, one user, or all that fit a mask", () => {
  const harness = new Harness();
  const [a] = harness.room("#x", "Anna", "Bert", "Annika");
  const row = (nick: string, room: string, flags: string) =>
    `:chat.test 352 Anna ${room} ~${nick} 192.0.2.1 chat.test ${nick} ${flags} :0 ${nick} R`;
  for (
    const [mask, ...rows] of [
      ["#X", row("Anna", "#x", "H@"), row("Bert", "#x", "H"), row("Annika", "#x", "H")],
      ["bert", row("Bert", "*", "H")],
      ["ann*", row("Anna", "*", "H"), row("Annika", "*", "H")],
      ["?er?", row("Bert", "*", "H")],
      ["#nowhere"],
      ["nobody"],
    ] as const
  ) {
    assertEquals(a!.ask(`WHO ${mask}`), [...rows, `:chat.test 315 Anna ${mask} :End of WHO list`]);
  }
});

Deno.test("WHOIS tells what is known", () => {
  const harness = new Harness();
  const [a, b] = harness.room("#x", "a", "Bert");
  harness.now += 90_500;
  const answer = [
    ":chat.test 311 a Bert ~Bert 192.0.2.1 * :Bert R",
    ":chat.test 319 a Bert :#x",
    ":chat.test 312 a Bert chat.test :a chat room",
    `:chat.test 317 a Bert 90 ${SECONDS} :seconds idle, signon time`,
    ":chat.test 318 a Bert :End of WHOIS list",
  ];
  assertEquals(a!.ask("WHOIS bert"), answer);
  assertEquals(a!.ask("WHOIS chat.test bert"), answer);
  assertEquals(b!.ask("WHOIS a")[1], ":chat.test 319 Bert a :@#x");
  assertEquals(a!.ask("WHOIS nobody"), [
    ":chat.test 401 a nobody :No such nick/channel",
    ":chat.test 318 a nobody :End of WHOIS list",
  ]);
  assertEquals(a!.ask("WHOIS"), [":chat.test 431 a :No nickname given"]);
});
