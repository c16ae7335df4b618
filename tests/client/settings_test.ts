import { assert, assertEquals } from "@std/assert";
import {
  checkSettings,
  CLIENT_SETTINGS,
  DEFAULTS,
  resolveServer,
} from "../../lib/client/settings.ts";

Deno.test("Client settings: a key that a file leaves out has its default, and a valid one applies", () => {
  const whole = {
    server: "chat.example:7000/müzik",
    name: "Gökçe",
    servers: { work: "10.0.0.1", home: "[::1]:7000", net: "irc://chat.example" },
    color: "never",
    timeFormat: "HH:mm",
    bell: "all",
    typing: false,
    ignore: ["Furkan"],
  };
  const cases: [file: object, settings: object][] = [
    [{}, {}],
    [{ bell: "never" }, { bell: "never" }],
    [{ server: null, name: null, timeFormat: null }, {}],
    [whole, whole],
  ];
  for (const [file, settings] of cases) {
    assertEquals(checkSettings(file), { settings: { ...DEFAULTS, ...settings }, faults: [] });
  }
});

Deno.test("Client settings: every setting has a default that is allowed", () => {
  assertEquals(CLIENT_SETTINGS.map(({ key }) => key), Object.keys(DEFAULTS));
  for (const { check, default: value } of CLIENT_SETTINGS) assertEquals(check(value), undefined);
});

Deno.test("Client settings: a fault is reported with its key and rule, and the rest applies", () => {
  const cases: [file: unknown, fault: string][] = [
    [[], 'It must be an object such as { "bell": "never" }, but is a list.'],
    ["x", 'It must be an object such as { "bell": "never" }, but is "x".'],
    [null, 'It must be an object such as { "bell": "never" }, but is null.'],
    [{ colour: 1 }, 'There is no setting "colour". Did you mean "color"?'],
    [{ xyzzy: 1 }, 'There is no setting "xyzzy".'],
    [{ constructor: 1 }, 'There is no setting "constructor".'],
    [{ server: "a b" }, '"server" must be the address of a server, but is "a b".'],
    [{ name: "a b" }, '"name" must be a username, but is "a b".'],
    [{ name: "" }, '"name" must be a username, but is "".'],
    [{ color: true }, '"color" must be "auto", "always" or "never", but is true.'],
    [{ bell: "loud" }, '"bell" must be "mention", "all" or "never", but is "loud".'],
    [
      { timeFormat: 24 },
      '"timeFormat" must be "12", "24" or a pattern such as "HH:mm", but is 24.',
    ],
    [
      { timeFormat: "\x1b[2J" },
      '"timeFormat" must be "12", "24" or a pattern such as "HH:mm", but is "\\u001b[2J".',
    ],
    [{ typing: "no" }, '"typing" must be true or false, but is "no".'],
    [
      { ignore: "Furkan" },
      '"ignore" must be a list of usernames such as ["Furkan"], but is "Furkan".',
    ],
    [{ ignore: [1] }, '"ignore" must be a list of usernames such as ["Furkan"], but is a list.'],
    [
      { servers: { "a b": "h" } },
      '"servers" must be an object such as { "work": "chat.example:7000" }, with names without ' +
      "spaces, slashes and colons, but is an object.",
    ],
    [
      { servers: { work: "http://h" } },
      '"servers" must be an object such as { "work": "chat.example:7000" }, with an address for ' +
      '"work", but is an object.',
    ],
  ];
  for (const [file, fault] of cases) {
    const both = Array.isArray(file) || typeof file !== "object" || file === null
      ? file
      : { ...file, ignore: "ignore" in file ? file.ignore : ["Ada"] };
    const { settings, faults } = checkSettings(both);
    assertEquals(faults, [fault]);
    if (both !== file && !("ignore" in (file as object))) assertEquals(settings.ignore, ["Ada"]);
    assert(!/\p{C}/u.test(faults.join("")));
  }
});

Deno.test("resolveServer: a short name stands for its server, and may be followed by a room", () => {
  const servers = {
    work: "chat.example:7000/team",
    home: "localhost",
    six: "[::1]:7000",
    net: "irc://irc.example:6668/a,needkey?x",
  };
  const cases: [typed: string, address: string][] = [
    ["work", "chat.example:7000/team"],
    [" work ", "chat.example:7000/team"],
    ["work/music", "chat.example:7000/music"],
    ["home/#music", "localhost/#music"],
    ["six/a", "[::1]:7000/a"],
    ["net/b", "irc://irc.example:6668/b"],
    ["work/", "work/"],
    ["localhost", "localhost"],
    ["localhost/work", "localhost/work"],
    ["irc://work/a", "irc://work/a"],
    ["constructor", "constructor"],
    ["", ""],
  ];
  for (const [typed, address] of cases) assertEquals(resolveServer(typed, servers), address, typed);
});
