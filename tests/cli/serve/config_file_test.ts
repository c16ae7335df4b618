import { assertEquals, assertThrows } from "@std/assert";
import { parseConfig } from "../../../lib/cli/serve/config_file.ts";
import { ConfigError } from "../../../lib/server/settings/config.ts";

Deno.test("Configuration file: sets the keys that it has and leaves the rest open", () => {
  const cases: [text: string, result: unknown][] = [
    ["{}", {}],
    ["\uFEFF{ }\r\n", {}],
    ['{ "port": 7000, "limits": { "burst": 0 } }', { port: 7000, limits: { burst: 0 } }],
    ['{ "tls": null }', { tls: null }],
    ['{ "tls": {} }', { tls: {} }],
    ['{ "web": null }', { web: null }],
    ['{ "host": null, "data": null }', { host: null, data: null }],
  ];
  for (const [text, result] of cases) assertEquals(parseConfig(text, "chat.json"), result, text);
});

Deno.test("Configuration file: may have every key", () => {
  const file = {
    host: "0.0.0.0",
    port: 6667,
    name: "chat.example",
    title: "Example",
    description: "a chat server",
    password: "secret",
    motd: "text",
    lobby: "#lobby",
    data: "data",
    tls: { port: 6697, cert: "cert.pem", key: "key.pem" },
    web: { port: 8097, origins: ["https://chat.example.org"], trustedProxies: ["10.0.0.7"] },
    opers: [{ name: "root", password: "secret" }],
    accounts: { registration: true, beforeConnect: false, emailRequired: false },
    history: { limit: 100, days: 30, perChannel: 100000, onJoin: 20 },
    limits: {
      connections: 10000,
      connectionsPerIp: 256,
      connectionsPerMinute: 600,
      messagesPerSecond: 4,
      burst: 20,
      registrationTimeoutSeconds: 60,
      pingSeconds: 120,
      sendQueueBytes: 1048576,
      exempt: ["192.0.2.7", "2001:db8::/32"],
    },
  };
  assertEquals(parseConfig(JSON.stringify(file), "chat.json"), file);
});

Deno.test("Configuration file: a fault is reported in one line that names the place", () => {
  const cases: [text: string, message: string][] = [
    ["", "not valid JSON at line 1, column 1: unexpected end."],
    ["{", "not valid JSON at line 1, column 2: expected property name or '}'."],
    ['{"port": 1,}', "not valid JSON at line 1, column 12: expected double-quoted property name."],
    ['{ "port": x }', "not valid JSON at line 1, column 11: unexpected token 'x'."],
    [
      '{\n  "motd": "ğ",\n  "port": [1,]\n}',
      "not valid JSON at line 3, column 14: unexpected token ']'.",
    ],
    [
      '{ "port": 1\n "host": null }',
      "not valid JSON at line 2, column 2: expected ',' or '}' after property value.",
    ],
    [
      "{} {}",
      "not valid JSON at line 1, column 4: unexpected non-whitespace character after JSON.",
    ],
    ["[]", 'must be an object such as { "port": 6667 }, but is a list.'],
    ["null", 'must be an object such as { "port": 6667 }, but is null.'],
    ['{"limit": {}}', 'unknown key "limit". Did you mean "limits"?'],
    ['{"prot": 1}', 'unknown key "prot". Did you mean "port"?'],
    ['{"limits": {"busrt": 1}}', 'unknown key "limits.busrt". Did you mean "limits.burst"?'],
    ['{"burst": 1}', 'unknown key "burst". Did you mean "limits.burst"?'],
    ['{"limits": {"port": 1}}', 'unknown key "limits.port". Did you mean "port"?'],
    ['{"limits.burst": 1}', 'unknown key "limits.burst". Did you mean "limits": { "burst": ... }?'],
    ['{"colour": 1}', 'unknown key "colour".'],
    ['{"__proto__": {}}', 'unknown key "__proto__".'],
    ['{"limits": 3}', "limits must be an object, but is 3."],
    ['{"limits": null}', "limits must be an object, but is null."],
    ['{"tls": true}', "tls must be an object or null, but is true."],
    [
      '{"limits": {"burst": "many"}}',
      'limits.burst must be a whole number of at least 0, but is "many".',
    ],
    ['{"port": 65536}', "port must be a whole number from 0 to 65535, but is 65536."],
    ['{"port": {}}', "port must be a whole number from 0 to 65535, but is an object."],
    ['{"motd": ["a"]}', "motd must be text, but is a list."],
    [
      '{"lobby": "lobby"}',
      'lobby must be the name of a room, such as "#lobby", but is "lobby".',
    ],
    ['{"accounts": {"registration": 1}}', "accounts.registration must be true or false, but is 1."],
    ['{"password": 12345}', "password must be one line of text."],
    [
      '{"opers": [{"name": "root", "pass": "secret"}]}',
      'opers must be a list such as [{ "name": "root", "password": "..." }].',
    ],
  ];
  for (const [text, message] of cases) {
    const error = assertThrows(() => parseConfig(text, "chat.json"), ConfigError);
    assertEquals(error.message, `chat.json: ${message}`, text);
  }
});
