import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const FROM = ":Ada!ada@host PRIVMSG Ali :";

Deno.test("CTCP: VERSION, PING and TIME are answered, a few times in half a minute", () => {
  const it = new Drive({ version: "chat 1.2.3" }).enter();
  const cases: [asked: string, answer: string][] = [
    ["VERSION", "VERSION chat 1.2.3"],
    ["ping 12 34", "PING 12 34"],
    ["TIME", "TIME 1970-01-01T00:16:40.000Z"],
  ];
  for (const [asked, answer] of cases) {
    it.server(`${FROM}\x01${asked}\x01`);
    assertEquals(it.takeSent(), [`NOTICE Ada :\x01${answer}\x01`], asked);
  }
  assertEquals(it.server(`${FROM}\x01VERSION\x01`).takeSent(), []);
  it.now += 31_000;
  assertEquals(it.server(`${FROM}\x01VERSION\x01`).takeSent().length, 1);
  assertEquals(it.takeEvents(), []);
});

Deno.test("CTCP: requests to a room, unknown ones, and our own are not answered", () => {
  const it = new Drive().enter();
  it.server(
    ":Ada!ada@host PRIVMSG #lobby :\x01VERSION\x01",
    `${FROM}\x01FINGER\x01`,
    `${FROM}\x01\x01`,
    `${FROM}\x01constructor\x01`,
    ":Ali!ali@host PRIVMSG Ali :\x01VERSION\x01",
  );
  assertEquals([it.takeSent(), it.takeEvents()], [[], []]);
});

Deno.test("CTCP: an offered file is one line", () => {
  const it = new Drive().enter();
  const cases: [asked: string, told: string][] = [
    [
      "DCC SEND tea.txt 3232235777 5000 12345",
      "Ada offers you the file tea.txt (12,345 bytes), but chat cannot receive files.",
    ],
    [
      'DCC SEND "my tea.txt" 3232235777 0',
      "Ada offers you the file my_tea.txt, but chat cannot receive files.",
    ],
    ["DCC CHAT chat 1 2", "Ada offers you a direct connection, which chat does not support."],
  ];
  for (const [asked, told] of cases) {
    assertEquals(it.server(`${FROM}\x01${asked}\x01`).takeEvents(), [`info: ${told}`], asked);
  }
});

Deno.test("CTCP: /ctcp asks somebody's program, and shows the answer", () => {
  const it = new Drive().enter();
  assertEquals(it.type("/ctcp Ada ping").takeSent(), ["PRIVMSG Ada :\x01PING chat-1000000\x01"]);
  it.now += 1500;
  it.server(":Ada!ada@host NOTICE Ali :\x01PING chat-1000000\x01");
  it.server(":Ada!ada@host NOTICE Ali :\x01VERSION irssi v1.4\x01");
  assertEquals(it.takeEvents(), [
    "info: The program of Ada answers PING: after 1.5 seconds",
    "info: The program of Ada answers VERSION: irssi v1.4",
  ]);
});
