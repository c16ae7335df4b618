import { assert, assertEquals, assertThrows } from "@std/assert";
import { parse } from "../../../lib/cli/args/parse.ts";
import { SUBCOMMANDS } from "../../../lib/cli/args/options.ts";
import type {
  ExportOptions,
  JoinOptions,
  Request,
  ServeFlags,
} from "../../../lib/cli/args/request.ts";
import { UsageError } from "../../../lib/cli/args/usage_error.ts";

const SERVE: ServeFlags = {
  overrides: {},
  configFile: undefined,
  passwordFile: undefined,
  opersFile: undefined,
  log: "text",
  logMessages: true,
};

const FINGERPRINT = `SHA256:${"q6ur".repeat(10)}q6s`;

const JOIN: JoinOptions = {
  title: undefined,
  find: undefined,
  target: undefined,
  name: undefined,
  frontEnd: undefined,
  quiet: false,
  passwordFile: undefined,
  roomKeyFile: undefined,
  insecurePassword: false,
  account: undefined,
  fingerprint: undefined,
  trustNew: false,
  ca: undefined,
  tls: true,
  color: undefined,
  timeFormat: undefined,
  bell: undefined,
  typing: undefined,
};

Deno.test("parse: chat serve takes settings, files and log options", () => {
  const cases: [args: string[], flags: object][] = [
    [[], {}],
    [["--port", "7000"], { overrides: { port: 7000 } }],
    [["--port=0", "--host", "::1"], { overrides: { port: 0, host: "::1" } }],
    [["--motd=- be kind -"], { overrides: { motd: "- be kind -" } }],
    [["--motd", "10"], { overrides: { motd: "10" } }],
    [["--title", "0x10", "--description", "1e3"], {
      overrides: { title: "0x10", description: "1e3" },
    }],
    [["--data", "d"], { overrides: { data: "d" } }],
    [["--ephemeral"], { overrides: { data: null } }],
    [["--tls-port", "7001"], { overrides: { tls: { port: 7001 } } }],
    [["--no-tls"], { overrides: { tls: null } }],
    [["--no-web", "--no-tls"], { overrides: { tls: null, web: null } }],
    [["--web-origins", "https://a.b,http://10.0.0.7:8080"], {
      overrides: { web: { origins: ["https://a.b", "http://10.0.0.7:8080"] } },
    }],
    [["--account-registration"], { overrides: { accounts: { registration: true } } }],
    [["--no-account-registration"], { overrides: { accounts: { registration: false } } }],
    [["--max-burst", "0", "--max-channels", "5"], {
      overrides: { limits: { burst: 0, channels: 5 } },
    }],
    [["--exempt", "192.0.2.7,2001:db8::/32"], {
      overrides: { limits: { exempt: ["192.0.2.7", "2001:db8::/32"] } },
    }],
    [["--config", "chat.json"], { configFile: "chat.json" }],
    [["--password-file", "p"], { passwordFile: "p" }],
    [["--opers-file", "o"], { opersFile: "o" }],
    [["--log", "json", "--no-log-messages"], { log: "json", logMessages: false }],
  ];
  for (const [args, flags] of cases) {
    assertEquals(parse(["serve", ...args], "v"), { kind: "serve", flags: { ...SERVE, ...flags } });
  }
});

Deno.test("parse: chat user and chat invite take an action, its argument and options", () => {
  const data = undefined;
  const make = {
    data,
    action: "make",
    forName: undefined,
    days: 7,
    uses: 1,
    host: undefined,
    config: undefined,
    plain: false,
  };
  const cases: [args: string[], options: object][] = [
    [["user", "list"], { data, action: "list" }],
    [["user", "list", "--data", "d"], { data: "d", action: "list" }],
    [["user", "add", "Gamze"], { data, action: "add", name: "Gamze" }],
    [["user", "delete", "Gamze"], { data, action: "delete", name: "Gamze" }],
    [["user", "password", "Gamze"], { data, action: "password", name: "Gamze" }],
    [["user", "op", "Gamze"], { data, action: "op", name: "Gamze", on: true }],
    [["user", "op", "Gamze", "--off"], { data, action: "op", name: "Gamze", on: false }],
    [["invite"], make],
    [["invite", "--for", "Deniz", "--days", "0", "--uses", "30", "--host", "a:1"], {
      ...make,
      forName: "Deniz",
      days: 0,
      uses: 30,
      host: "a:1",
    }],
    [["invite", "--plain"], { ...make, plain: true }],
    [["invite", "list", "--data=d"], { data: "d", action: "list" }],
    [["invite", "revoke", "K7PQ"], { data, action: "revoke", id: "K7PQ" }],
  ];
  for (const [args, options] of cases) {
    assertEquals(parse(args, "v"), { kind: args[0], options } as Request, args.join(" "));
  }
});

Deno.test("parse: chat export takes a room, times and a format", () => {
  const options = { room: "lobby", since: undefined, until: undefined, data: undefined };
  const cases: [argv: string[], options: ExportOptions][] = [
    [["lobby"], { ...options, format: "text" }],
    [["--format=html", "#music", "--since", "3d", "--until", "2026-11-22", "--data", "d"], {
      room: "#music",
      since: "3d",
      until: "2026-11-22",
      format: "html",
      data: "d",
    }],
  ];
  for (const [argv, wanted] of cases) {
    assertEquals(parse(["export", ...argv], "v"), { kind: "export", options: wanted });
  }
  const faults: [argv: string[], message: string][] = [
    [[], "chat export needs a ROOM."],
    [["a", "b"], 'Unexpected argument "b": chat export takes only one ROOM.'],
    [["a", "--format", "pdf"], '--format must be text, json or html, but is "pdf".'],
  ];
  for (const [argv, message] of faults) {
    assertThrows(() => parse(["export", ...argv], "v"), UsageError, message);
  }
});

Deno.test("parse: chat cluster shows the status, as text or as JSON", () => {
  const parsed = (...args: string[]) => parse(["cluster", ...args], "");
  const options = { data: undefined, nats: undefined, json: false };
  assertEquals(parsed("status"), { kind: "cluster", options });
  assertEquals(parsed("status", "--json", "--data", "d"), {
    kind: "cluster",
    options: { ...options, data: "d", json: true },
  });
  const nats = { servers: ["nats://a", "nats://b"], credentials: "f", ca: null };
  const urls = ["--cluster", "nats://a,nats://b"];
  assertEquals(parsed("status", ...urls, "--cluster-credentials=f"), {
    kind: "cluster",
    options: { ...options, nats },
  });
  assertThrows(() => parsed("status", ...urls, "--data", "d"), UsageError, "--data");
  assertThrows(() => parsed("status", "--cluster-ca", "f"), UsageError, "goes only with --cluster");
  for (const url of ["http://a", "nats://a,", "nats://user:secret@a"]) {
    assertThrows(() => parsed("status", "--cluster", url), UsageError, "--cluster must be");
  }
  assertThrows(() => parsed(), UsageError, "chat cluster needs an ACTION: status.");
  assertThrows(() => parsed("statsu"), UsageError, "Did you mean status?");
});

Deno.test("parse: chat backup and chat restore take a file and a directory", () => {
  for (const kind of ["backup", "restore"] as const) {
    assertEquals(parse([kind, "b.tar"], ""), { kind, options: { file: "b.tar", data: undefined } });
    const given = parse([kind, "--data", "d", "b.tar"], "");
    assertEquals(given, { kind, options: { file: "b.tar", data: "d" } });
    const { message } = assertThrows(() => parse([kind], ""), UsageError);
    assertEquals(message, `chat ${kind} needs a FILE.`);
  }
});

Deno.test("parse: chat user and chat invite report missing and conflicting arguments", () => {
  const cases: [args: string[], message: string][] = [
    [["user"], "chat user needs an ACTION: list, add, delete, password or op."],
    [["user", "ad"], 'Unknown action "ad". Did you mean add?'],
    [["user", "add"], "chat user add needs a NAME."],
    [["user", "list", "Gamze"], "chat user list takes no NAME: it shows all accounts."],
    [
      ["user", "add", "a", "sesame"],
      "Too many arguments: chat user takes only ACTION and NAME. Passwords are not arguments: " +
      "chat asks for them.",
    ],
    [["user", "add", "a", "--off"], "--off goes only with op: chat user op NAME --off"],
    [["invite", "Deniz"], 'Unknown action "Deniz". It can be list or revoke.'],
    [["invite", "revoke"], "chat invite revoke needs an ID. To see the IDs: chat invite list"],
    [["invite", "list", "K7PQ"], "chat invite list takes no ID: it shows all invitations."],
    [
      ["invite", "list", "--uses", "2"],
      "--uses is only for a new invitation: it does not go with list.",
    ],
    [["invite", "--days", "x"], '--days must be a whole number up to 99999, but is "x".'],
    [["invite", "--uses=-1"], '--uses must be a whole number up to 99999, but is "-1".'],
  ];
  for (const [args, message] of cases) {
    assertThrows(() => parse(args, "v"), UsageError, message, args.join(" "));
  }
});

Deno.test("parse: every setting has an option of chat serve", () => {
  const given: Record<string, string> = {
    port: "1",
    "tls-port": "2",
    name: "a.b",
    lobby: "#a",
    exempt: "::1,10.0.0.0/8",
    "web-origins": "https://a.b,http://10.0.0.7:8080",
    "trusted-proxies": "::1",
    cluster: "nats://10.0.0.5:4222,tls://[::1]",
    "metrics-from": "::1",
  };
  const expected = (kind: string, word: string) =>
    kind === "boolean"
      ? true
      : kind === "whole"
      ? Number(word)
      : kind === "list"
      ? word.split(",")
      : word;
  for (const { name, value, setting } of SUBCOMMANDS[0]!.options) {
    if (setting === undefined || setting.secret) continue;
    const word = given[name] ?? "3";
    const args = value === undefined ? [`--${name}`] : [`--${name}`, word];
    const request = parse(["serve", ...args], "v");
    assert(request.kind === "serve");
    const [head = "", tail] = setting.path.split(".");
    const overrides: Record<string, unknown> = { ...request.flags.overrides };
    const section = overrides[head] as Record<string, unknown> | undefined;
    const result = tail === undefined ? overrides[head] : section?.[tail];
    assertEquals(result, expected(setting.type.kind, word));
  }
});

Deno.test("parse: chat join takes one target, a name and a front end", () => {
  const cases: [args: string[], options: object][] = [
    [[], {}],
    [["localhost"], { target: "localhost" }],
    [["--name", "Gökçe", "[::1]:7000/oda"], { name: "Gökçe", target: "[::1]:7000/oda" }],
    [["1234", "--name", "007"], { target: "1234", name: "007" }],
    [["irc://h:1/r"], { target: "irc://h:1/r" }],
    [["--plain", "h"], { frontEnd: "plain", target: "h" }],
    [["h", "--quiet"], { quiet: true, target: "h" }],
    [["h", "--json"], { frontEnd: "json", target: "h" }],
    [["--password-file", "p"], { passwordFile: "p" }],
    [["--account", "Bot", "--account-password-file", "p"], {
      account: { name: "Bot", passwordFile: "p" },
    }],
    [["h", "--fingerprint", "ab:".repeat(31) + "ab"], { target: "h", fingerprint: FINGERPRINT }],
    [["--fingerprint", FINGERPRINT, "--trust-new"], { fingerprint: FINGERPRINT, trustNew: true }],
    [["--ca", "c.pem", "--trust-new"], { ca: "c.pem", trustNew: true }],
    [["--no-tls"], { tls: false }],
    [["--insecure-password"], { insecurePassword: true }],
    [["--color", "never", "--time-format=HH:mm"], { color: "never", timeFormat: "HH:mm" }],
    [["--bell", "all", "--no-typing"], { bell: "all", typing: false }],
    [["--typing"], { typing: true }],
    [["--", "-h"], { target: "-h" }],
  ];
  for (const [args, options] of cases) {
    assertEquals(parse(["join", ...args], "v"), { kind: "join", options: { ...JOIN, ...options } });
  }
});

Deno.test("parse: chat hash-password needs no arguments", () => {
  assertEquals(parse(["hash-password"], "v"), { kind: "hash-password" });
});

Deno.test("parse: help and version take precedence over every error", () => {
  const cases: [args: string[], kind: string, start: string][] = [
    [[], "help", "A chat room"],
    [["help"], "help", "A chat room"],
    [["--help"], "help", "A chat room"],
    [["-h"], "help", "A chat room"],
    [["help", "serve"], "help", "Open a chat room"],
    [["help", "help"], "help", "Explain"],
    [["serve", "--help"], "help", "Open a chat room"],
    [["join", "-h"], "help", "Enter a chat room"],
    [["serve", "--prot", "--help"], "help", "Open a chat room"],
    [["join", "a", "b", "-h"], "help", "Enter a chat room"],
    [["serve", "--port", "-h"], "help", "Open a chat room"],
    [["hash-password", "x", "--y", "-h"], "help", "Hash a password"],
    [["version"], "version", "chat 1"],
    [["--version"], "version", "chat 1"],
    [["-V"], "version", "chat 1"],
    [["join", "-V"], "version", "chat 1"],
  ];
  for (const [args, kind, start] of cases) {
    const request = parse(args, "chat 1");
    assertEquals(request.kind, kind, args.join(" "));
    assert("text" in request && request.text.startsWith(start), args.join(" "));
  }
});

Deno.test("parse: a wrong command line gets a one-line error that says what to do", () => {
  const needsPort = "--port needs a value: --port N (or --port=N if the value starts with a dash).";
  const cases: [args: string[], message: string][] = [
    [["serve", "--prot", "1"], "Unknown option --prot. Did you mean --port?"],
    [["serve", "--prot=1"], "Unknown option --prot. Did you mean --port?"],
    [["serve", "--no-tsl"], "Unknown option --no-tsl. Did you mean --no-tls?"],
    [["serve", "--colour"], "Unknown option --colour. All options: chat help serve"],
    [["serve", "--\x1b[31m"], 'Unknown option "--\\u001b[31m". All options: chat help serve'],
    [["join", "--__proto__", "x"], "Unknown option --__proto__. All options: chat help join"],
    [["join", "-x"], "Unknown option -x. All options: chat help join"],
    [["serve", "--port"], needsPort],
    [["serve", "--port="], needsPort],
    [["serve", "--port", ""], needsPort],
    [["serve", "--port", "-5"], needsPort],
    [["serve", "--port", "--host", "::"], needsPort],
    [
      ["serve", "--port", "abc"],
      '--port must be a whole number from 0 to 65535, but is "abc".',
    ],
    [
      ["serve", "--port", "65536"],
      '--port must be a whole number from 0 to 65535, but is "65536".',
    ],
    [
      ["serve", "--max-burst", "1.5"],
      '--max-burst must be a whole number of at least 0, but is "1.5".',
    ],
    [["serve", "--port=-1"], '--port must be a whole number from 0 to 65535, but is "-1".'],
    [
      ["serve", "--lobby", "x"],
      '--lobby must be the name of a room, such as "#lobby", but is "x".',
    ],
    [["serve", "--log", "xml"], '--log must be text or json, but is "xml".'],
    [["serve", "--port", "1", "--port", "2"], "--port is given more than once."],
    [
      ["serve", "--data", "d", "--ephemeral"],
      "--data and --ephemeral contradict each other: give only one of them.",
    ],
    [
      ["serve", "--no-tls", "--tls-port", "1"],
      "--tls-port and --no-tls contradict each other: give only one of them.",
    ],
    [
      ["serve", "--no-web", "--web-port", "1"],
      "--web-port and --no-web contradict each other: give only one of them.",
    ],
    ...["https://a.b/", "https://A.b", "a.b", "ftp://a.b", "null", "http://a:80"].map((origin) =>
      [
        ["serve", "--web-origins", origin],
        "--web-origins must be a list of origins, such as https://chat.example.org and " +
        `http://10.0.0.7:8080, but is "${origin}".`,
      ] as [string[], string]
    ),
    [
      ["serve", "--account-registration", "--no-account-registration"],
      "--account-registration and --no-account-registration contradict each other: give only one of them.",
    ],
    [
      ["join", "--plain", "--json"],
      "--plain and --json contradict each other: give only one of them.",
    ],
    [["join", "--color", "red"], '--color must be auto, always or never, but is "red".'],
    [["join", "--bell", "1"], '--bell must be mention, all or never, but is "1".'],
    [
      ["join", "--time-format", "HH\x1b[2J"],
      '--time-format must be 12, 24 or a pattern such as HH:mm, but is "HH\\u001b[2J".',
    ],
    [
      ["join", "--fingerprint", "SHA256:abc"],
      '--fingerprint must be like SHA256:..., as the server shows it, but is "SHA256:abc".',
    ],
    ...[["--fingerprint", FINGERPRINT], ["--trust-new"], ["--ca", "c"]].map((
      args,
    ): [string[], string] => [
      ["join", ...args, "--no-tls"],
      `${args[0]} and --no-tls contradict each other: give only one of them.`,
    ]),
    [
      ["join", "--ca", "c", "--fingerprint", FINGERPRINT],
      "--fingerprint and --ca contradict each other: give only one of them.",
    ],
    [["join", "--plain=yes"], "--plain takes no value."],
    [
      ["serve", "extra"],
      'Unexpected argument "extra": chat serve takes only options. See: chat help serve',
    ],
    [["join", "a", "b"], 'Unexpected argument "b": chat join takes only one HOST[:PORT][/ROOM].'],
    [["srve"], 'Unknown command "srve". Did you mean chat serve? All commands: chat help'],
    [["help", "jion"], 'Unknown command "jion". Did you mean chat join? All commands: chat help'],
    [["xyzzy"], 'Unknown command "xyzzy". All commands: chat help'],
    [[""], 'Unknown command "". All commands: chat help'],
    [["--port", "1"], "--port comes after the command: chat serve --port ..."],
    [["--colour"], "Unknown option --colour. All options: chat help"],
    [["--", "serve"], 'Unexpected argument "serve". All commands: chat help'],
    [["completions"], "chat completions needs a SHELL: bash, zsh or fish."],
    [["completions", "bsh"], 'Unknown shell "bsh". Did you mean bash?'],
    [["completions", "tcsh-like"], 'Unknown shell "tcsh-like". It can be bash, zsh or fish.'],
  ];
  for (const [args, message] of cases) {
    const error = assertThrows(() => parse(args, "v"), UsageError);
    assertEquals(error.message, message, args.join(" "));
  }
});

Deno.test("parse: throws nothing but a UsageError, whatever the command line", () => {
  const words = [
    "serve",
    "join",
    "--",
    "-",
    "--port",
    "--port=",
    "-hx",
    "--=",
    "=",
    "",
    "--no-",
    "--name=ş",
    "--a.b",
    "--__proto__.x=1",
    "-n5",
    "--no-no-tls",
    "true",
    "---",
  ];
  for (const one of words) {
    for (const two of words) {
      for (const three of words) {
        try {
          parse([one, two, three], "v");
        } catch (error) {
          assert(error instanceof UsageError, `${one} ${two} ${three}: ${error}`);
          assert(!/\p{Cc}/u.test(error.message));
        }
      }
    }
  }
});
