import { assert, assertEquals } from "@std/assert";
import { addressOf, parseTarget, writeTarget } from "../../lib/client/target.ts";

Deno.test("an address is understood", () => {
  const cases: [typed: string, host: string, port: number, room: string][] = [
    ["localhost", "localhost", 6667, "#lobby"],
    [" localhost ", "localhost", 6667, "#lobby"],
    ["160.75.196.214:7000", "160.75.196.214", 7000, "#lobby"],
    ["chat.example/music", "chat.example", 6667, "#music"],
    ["chat.example/#music", "chat.example", 6667, "#music"],
    ["chat.example:7000/müzik", "chat.example", 7000, "#müzik"],
    ["chat.example/", "chat.example", 6667, "#lobby"],
    ["[::1]:7000", "::1", 7000, "#lobby"],
    ["[::1]", "::1", 6667, "#lobby"],
    ["[2001:db8::1]:7000/a/b", "2001:db8::1", 7000, "#a/b"],
    ["::1", "::1", 6667, "#lobby"],
    ["::1/oda", "::1", 6667, "#oda"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1", 6667, "#lobby"],
    ["irc://chat.example", "chat.example", 6667, "#lobby"],
    ["IRC://chat.example:7000/m%C3%BCzik?key", "chat.example", 7000, "#müzik"],
    ["irc://chat.example/%23music,isnick", "chat.example", 6667, "#music"],
    ["irc://[::1]:7000/", "::1", 7000, "#lobby"],
    ["örnek.example", "xn--rnek-4qa.example", 6667, "#lobby"],
    ["my_host:1", "my_host", 1, "#lobby"],
    ["h:65535", "h", 65535, "#lobby"],
  ];
  for (const [typed, host, port, room] of cases) {
    assertEquals(parseTarget(typed), { target: { host, port, room } }, typed);
  }
});

Deno.test("an address that can't be understood is explained", () => {
  const cases: [typed: string, words: string][] = [
    ["", "the host is missing"],
    [":7000", "the host is missing"],
    ["/room", "the host is missing"],
    ["h:0", "the port must be a number from 1 to 65535"],
    ["h:65536", "the port must be a number"],
    ["h:", "the port must be a number"],
    ["h:7x", "the port must be a number"],
    ["[::1", "too many colons"],
    ["[h]:1", "no IPv6 address"],
    ["1:2:3", "too many colons"],
    ["a b", "this is not the name of a host"],
    ["h\u200b", "this is not the name of a host"],
    ["h/a b", "a room's name cannot contain spaces"],
    ["h/a,b", 'a room\'s name cannot contain ","'],
    ["irc://h/%", "broken %-escape"],
    ["irc://me@h", "a user name has no place"],
    ["http://h", "http:// is not the address of a chat server"],
    ["ircs://h", "not supported by this version"],
  ];
  for (const [typed, words] of cases) {
    const check = parseTarget(typed);
    assert("fault" in check && check.fault.includes(words), `${typed}: ${JSON.stringify(check)}`);
    assert(!/[\n\p{C}]/u.test(check.fault));
  }
});

Deno.test("an address is shown with its port, IPv6 in brackets", () => {
  assertEquals(addressOf({ host: "h", port: 1, room: "#a" }), "h:1");
  assertEquals(addressOf({ host: "::1", port: 1, room: "#a" }), "[::1]:1");
});

Deno.test("a target is written as the shortest text that means it", () => {
  const cases: [typed: string, written: string][] = [
    ["localhost", "localhost"],
    ["localhost:6667/#lobby", "localhost"],
    ["localhost:7000", "localhost:7000"],
    ["irc://chat.example/m%C3%BCzik", "chat.example/müzik"],
    ["chat.example/##c", "chat.example/##c"],
    ["::1", "::1"],
    ["[::1]:7000/a", "[::1]:7000/a"],
    ["::1/a", "::1/a"],
  ];
  for (const [typed, written] of cases) {
    const check = parseTarget(typed);
    assert("target" in check, typed);
    assertEquals(writeTarget(check.target), written);
    assertEquals(parseTarget(written), check);
  }
});
