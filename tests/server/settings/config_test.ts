import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Config,
  ConfigError,
  type ConfigOverrides,
  defaults,
  merge,
  SETTINGS,
  withSetting,
} from "../../../lib/server/settings/config.ts";
import { allows } from "../../../lib/server/settings/setting_type.ts";
import { SETTING_HELP } from "../../../lib/wording/options.ts";

/** The defaults written out, so that the compiler checks the table's rows against the type. */
const DEFAULTS: Config = {
  host: null,
  port: 6667,
  plain: true,
  tls: { port: 6697, cert: null, key: null, stsSeconds: 2_592_000 },
  web: { port: 8097, origins: [], trustedProxies: [], metrics: [] },
  cluster: { servers: [], node: null, address: null, credentials: null, ca: null },
  name: null,
  title: null,
  announce: true,
  description: "a chat room",
  motd: null,
  lobby: "#lobby",
  password: null,
  opers: [],
  data: "auto",
  accounts: { registration: true, beforeConnect: false, emailRequired: false, required: false },
  history: { limit: 100, days: 30, perChannel: 100_000, onJoin: 20 },
  limits: {
    connections: 10_000,
    connectionsPerIp: 256,
    connectionsPerMinute: 600,
    unregistered: 1000,
    registrationTimeoutSeconds: 60,
    pingSeconds: 120,
    returnSeconds: 60,
    messagesPerSecond: 4,
    burst: 20,
    nickChangesPerMinute: 10,
    channels: 10_000,
    channelsPerUser: 100,
    listEntries: 100,
    sendQueueBytes: 1_048_576,
    exempt: [],
  },
};

Deno.test("SETTINGS: the table has a default for every key of the configuration, and no other key", () => {
  assertEquals(defaults(), DEFAULTS);
});

Deno.test("SETTINGS: every row of the table is unique and allows its own default", () => {
  for (const { path, flag, placeholder, type, default: value } of SETTINGS) {
    assertEquals(SETTINGS.filter((other) => other.path === path).length, 1, path);
    assertEquals(SETTINGS.filter((other) => other.flag === flag).length, 1, flag);
    assert(allows(type, value), path);
    assert(/^[A-Z].*\.$/.test(SETTING_HELP[path]), path);
    assert(/^[a-z]+(-[a-z]+)*$/.test(flag), path);
    assertEquals(placeholder === "", type.kind === "boolean", path);
  }
});

Deno.test("SETTINGS: a secret is never given on the command line itself", () => {
  const secrets = SETTINGS.filter(({ secret }) => secret);
  assertEquals(secrets.map(({ path }) => path), ["password", "opers"]);
  for (const { flag } of secrets) assert(flag.endsWith("-file"), flag);
});

Deno.test("allows: accepts the valid values of a setting and refuses others", () => {
  const cases: [path: string, allowed: unknown[], refused: unknown[]][] = [
    ["host", [null, "::", "127.0.0.1", "localhost"], ["", "a b", 1, "\x1b[1m"]],
    ["port", [0, 6667, 65535], [-1, 65536, 1.5, "6667", null, NaN, true]],
    ["name", [null, "chat.example", "a.b-c.d1"], [
      "",
      "chat",
      "chat example.org",
      ".example",
      "a..b",
      "chat.example.",
      "-a.b",
      `${"a".repeat(62)}.b`,
    ]],
    ["title", ["Büro chat", "ü".repeat(31), null], ["", " a", "a ", "a\n", "ü".repeat(32)]],
    ["description", ["a chat room"], ["", "two\nlines", null]],
    ["motd", [null, "two\nlines"], ["", "\0", 3]],
    ["lobby", ["#lobby", "#Çay"], ["lobby", "#", "#a b", "#a,b", "#a\x07", `#${"a".repeat(64)}`]],
    ["data", [null, "/var/lib/chat"], ["", "a\0b", false]],
    ["password", [null, "correct horse"], ["", "a\r\nb", 12345]],
    ["limits.exempt", [[], ["192.0.2.7", "::1"], ["10.0.0.0/8", "2001:db8::/32"]], [
      null,
      "192.0.2.7",
      ["192.0.2.7/33"],
      ["proxy.example"],
      [7],
    ]],
    ["opers", [[], [{ name: "root", password: "x" }]], [
      null,
      {},
      [null],
      [{ name: "root" }],
      [{ name: "root", password: null }],
      [{ name: "ro ot", password: "x" }],
      [{ name: "root", password: "x", level: 3 }],
    ]],
    ["cluster.servers", [[], ["nats://10.0.0.5:4222", "tls://[::1]:4222"]], [
      null,
      ["10.0.0.5:4222"],
      ["http://a"],
      ["nats://user:secret@a"],
    ]],
    ["cluster.node", [null, "a", "node-2"], ["", "a.b", "-a", "a b", "a".repeat(33)]],
    ["cluster.address", [null, "10.0.0.5", "::1", "chat.example.org"], ["", "a|b", "a,b", "a b"]],
    ["accounts.registration", [true, false], [0, "true", null]],
    ["history.limit", [1], [0]],
    ["history.days", [0, 365], [-1]],
    ["limits.burst", [0, 20, Number.MAX_SAFE_INTEGER], [-1, 2 ** 53, Infinity, "20"]],
    ["limits.pingSeconds", [0, 86_400], [86_401]],
  ];
  for (const [path, allowed, refused] of cases) {
    const setting = SETTINGS.find((row) => row.path === path)!;
    for (const value of allowed) assert(allows(setting.type, value), `${path}: ${value}`);
    for (const value of refused) assert(!allows(setting.type, value), `${path}: ${value}`);
  }
});

Deno.test("merge: each source overrides those before it, key by key", () => {
  const tls = DEFAULTS.tls!;
  const cases: [file: ConfigOverrides, flags: ConfigOverrides, result: Partial<Config>][] = [
    [{}, {}, {}],
    [{ port: 1 }, {}, { port: 1 }],
    [{ port: 1, title: "A" }, { port: 2 }, { port: 2, title: "A" }],
    [{ data: "/d" }, { data: null }, { data: null }],
    [{ limits: { burst: 1, channels: 2 } }, { limits: { burst: 3 } }, {
      limits: { ...DEFAULTS.limits, burst: 3, channels: 2 },
    }],
    [{ accounts: { registration: false } }, { accounts: { emailRequired: true } }, {
      accounts: { ...DEFAULTS.accounts, registration: false, emailRequired: true },
    }],
    [{ tls: null }, {}, { tls: null }],
    [{ tls: {} }, {}, { tls }],
    [{}, { tls: { port: 7000 } }, { tls: { ...tls, port: 7000 } }],
    [{ tls: { cert: "c", key: "k" } }, { tls: { port: 7000 } }, {
      tls: { ...tls, port: 7000, cert: "c", key: "k" },
    }],
    [{ tls: { port: 7000 } }, { tls: null }, { tls: null }],
    [{ tls: null }, { tls: { port: 7000 } }, { tls: { ...tls, port: 7000 } }],
    [{ tls: { port: 0 }, port: 0 }, {}, { tls: { ...tls, port: 0 }, port: 0 }],
    [{ port: 6697, plain: false }, {}, { port: 6697, plain: false }],
    [{ web: { port: 0 } }, { web: null }, { web: null }],
    [{ web: null }, { web: { origins: ["http://a"] } }, {
      web: { ...DEFAULTS.web!, origins: ["http://a"] },
    }],
    [{ port: 8097, web: null }, {}, { port: 8097, web: null }],
  ];
  for (const [file, flags, result] of cases) {
    assertEquals(merge(defaults(), file, flags), { ...DEFAULTS, ...result });
  }
});

Deno.test("merge: settings that conflict are refused, and the error names the keys", () => {
  const cases: [ConfigOverrides, string][] = [
    [{ tls: { cert: "c" } }, "tls.cert and tls.key go together, but tls.key is not given."],
    [{ tls: { key: "k" } }, "tls.cert and tls.key go together, but tls.cert is not given."],
    [{ port: 6697 }, "port and tls.port must differ, but both are 6697."],
    [{ port: 8097 }, "port and web.port must differ, but both are 8097."],
    [{ web: { port: 6697 } }, "tls.port and web.port must differ, but both are 6697."],
    [
      { plain: false, tls: null },
      "Nobody can connect if plain is false and tls is null. Change one of them.",
    ],
  ];
  for (const [overrides, message] of cases) {
    const error = assertThrows(() => merge(defaults(), overrides), ConfigError);
    assertEquals(error.message, message);
  }
});

Deno.test("withSetting: sets a value at its path and changes nothing else", () => {
  const before: ConfigOverrides = { port: 1, limits: { burst: 2 } };
  assertEquals(withSetting(before, "limits.channels", 3), {
    port: 1,
    limits: { burst: 2, channels: 3 },
  });
  assertEquals(withSetting({ tls: null }, "tls.port", 4), { tls: { port: 4 } });
  assertEquals(before, { port: 1, limits: { burst: 2 } });
});
