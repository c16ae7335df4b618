import { assertEquals, assertRejects } from "@std/assert";
import {
  loadConfig,
  readCertificate,
  readPassword,
  serveOptions,
  UnreadableFile,
} from "../../../lib/cli/serve/load.ts";
import { parse } from "../../../lib/cli/args/parse.ts";
import type { ServeFlags } from "../../../lib/cli/args/request.ts";
import { ConfigError, defaults } from "../../../lib/server/settings/config.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

function flags(...args: string[]): ServeFlags {
  const request = parse(["serve", ...args], "v");
  if (request.kind !== "serve") throw new Error(request.kind);
  return request.flags;
}

/** Reads files from a table. Throws if the entry is an error. */
function reader(files: Record<string, string | Error>): (path: string) => Promise<string> {
  return (path) => {
    const file = files[path] ?? new Deno.errors.NotFound("No such file or directory");
    return typeof file === "string" ? Promise.resolve(file) : Promise.reject(file);
  };
}

const FILES = {
  "chat.json": '{ "port": 7000, "title": "File", "password": "in the file" }',
  "empty.json": "{}",
  "bad.json": '{ "prot": 7000 }',
  password: "correct horse\n",
  opers: '[{ "name": "root", "password": "secret" }]',
  "bad opers": '[{ "name": "root" }]',
};

Deno.test(permitted("Load: a flag wins over the file, and the file over the default", async () => {
  const opers = [{ name: "root", password: "secret" }];
  const cases: [args: string[], changes: object][] = [
    [[], {}],
    [["--config", "empty.json"], {}],
    [["--config", "chat.json"], { port: 7000, title: "File", password: "in the file" }],
    [["--config", "chat.json", "--port", "1", "--password-file", "password"], {
      port: 1,
      title: "File",
      password: "correct horse",
    }],
    [["--opers-file", "opers"], { opers }],
  ];
  for (const [args, changes] of cases) {
    const config = await loadConfig(flags(...args), reader(FILES));
    assertEquals(config, { ...defaults(), ...changes }, args.join(" "));
  }
}));

Deno.test(permitted("Load: a file that can't be read is reported with the reason", async () => {
  const { NotFound, PermissionDenied, IsADirectory, NotCapable } = Deno.errors;
  const cases: [args: string[], error: Error, message: string][] = [
    [
      ["--config", "x.json"],
      new NotFound("os error 2"),
      "Cannot read the configuration file x.json: there is no such file.",
    ],
    [
      ["--config", "x.json"],
      new PermissionDenied("os error 13"),
      "Cannot read the configuration file x.json: you have no permission to read it.",
    ],
    [
      ["--password-file", "x"],
      new IsADirectory("os error 21"),
      "Cannot read the password file x: it is a directory.",
    ],
    [
      ["--opers-file", "x"],
      new NotCapable("Requires read access"),
      "Cannot read the file of operators x: this program was started without permission to read it.",
    ],
    [
      ["--config", "x.json"],
      new Error("the disk is on fire"),
      "Cannot read the configuration file x.json: the disk is on fire.",
    ],
  ];
  for (const [args, error, message] of cases) {
    const files = reader({ x: error, "x.json": error });
    const told = await assertRejects(() => loadConfig(flags(...args), files), UnreadableFile);
    assertEquals(told.message, message);
  }
}));

Deno.test(
  permitted("Load: settings that can't be used are reported with their file or key", async () => {
    const cases: [args: string[], message: string][] = [
      [["--config", "bad.json"], 'bad.json: unknown key "prot". Did you mean "port"?'],
      [
        ["--opers-file", "bad opers"],
        'bad opers: it must be a list such as [{ "name": "root", "password": "..." }].',
      ],
      [["--tls-cert", "c"], "tls.cert and tls.key go together, but tls.key is not given."],
    ];
    for (const [args, message] of cases) {
      const told = await assertRejects(
        () => loadConfig(flags(...args), reader(FILES)),
        ConfigError,
      );
      assertEquals(told.message, message);
    }
  }),
);

Deno.test(permitted("Load: a password is the one line of its file", async () => {
  const accepted: [text: string, password: string][] = [
    ["secret", "secret"],
    ["secret\n", "secret"],
    ["secret\r\n", "secret"],
    [" two words ", " two words "],
  ];
  for (const [text, password] of accepted) {
    assertEquals(await readPassword("p", reader({ p: text })), password);
  }
  const refused: [text: string, message: string][] = [
    ["", "The password file p is empty."],
    ["\n", "The password file p is empty."],
    ["one\ntwo\n", "The password file p must contain one line, the password."],
  ];
  for (const [text, message] of refused) {
    const told = await assertRejects(() => readPassword("p", reader({ p: text })), ConfigError);
    assertEquals(told.message, message);
  }
}));

Deno.test(permitted("Load: a certificate is read from a file that has one", async () => {
  const pem = "mine:\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assertEquals(await readCertificate("c", reader({ c: pem })), pem);
  const told = await assertRejects(() => readCertificate("c", reader({ c: "key" })), ConfigError);
  assertEquals(told.message, "c contains no certificate. It must be in PEM format.");
  const gone = await assertRejects(() => readCertificate("c", reader({})), UnreadableFile);
  assertEquals(gone.message, "Cannot read the certificate c: there is no such file.");
}));

Deno.test(permitted("Load: reloading reads the files again, under the same flags", async () => {
  const files = { ...FILES };
  const options = await serveOptions(flags("--config", "chat.json", "--port", "1"), reader(files));
  assertEquals([options.config.port, options.config.title], [1, "File"]);
  files["chat.json"] = '{ "port": 2, "title": "Changed" }';
  const again = await options.reload();
  assertEquals([again.port, again.title, again.password], [1, "Changed", null]);
  files["chat.json"] = "{";
  await assertRejects(() => options.reload(), ConfigError);
}));

Deno.test(
  permitted(
    "Load: an incomplete hash is refused with the name of its key, and not shown",
    async () => {
      const whole = "pbkdf2-sha256$1$c2FsdA==$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=";
      const cut = whole.slice(0, 40);
      const opers = [{ name: "a", password: whole }, { name: "b", password: cut }];
      const files = reader({
        whole: JSON.stringify({ password: whole, opers: opers.slice(0, 1) }),
        cut: JSON.stringify({ password: cut }),
        "password cut": `${cut}\n`,
        "opers cut": JSON.stringify(opers),
      });
      assertEquals((await loadConfig(flags("--config", "whole"), files)).password, whole);
      const cases: [args: string[], key: string][] = [
        [["--config", "cut"], "password"],
        [["--password-file", "password cut"], "password"],
        [["--opers-file", "opers cut"], "opers[1].password"],
      ];
      for (const [args, key] of cases) {
        const { message } = await assertRejects(
          () => loadConfig(flags(...args), files),
          ConfigError,
        );
        assertEquals(
          message,
          `${key} looks like a hash, but is not a complete one. Copy the whole line that ` +
            "chat hash-password printed.",
        );
      }
    },
  ),
);

Deno.test(
  permitted(
    "Load: files with secrets are closed to others, and that is told, at the start and later",
    async () => {
      const directory = await Deno.makeTempDir({ prefix: "chat" });
      const path = (name: string) => `${directory}/${name}`;
      const write = async (name: string, text: string, mode: number) => {
        await Deno.writeTextFile(path(name), text);
        await Deno.chmod(path(name), mode);
      };
      const mode = (name: string) => Deno.statSync(path(name)).mode! & 0o777;
      try {
        await write("chat.json", '{ "password": "secret" }', 0o644);
        await write("opers", '[{ "name": "root", "password": "secret" }]', 0o640);
        await write("password", "secret\n", 0o666);
        await write("plain.json", '{ "motd": "hi", "password": null, "opers": [] }', 0o644);
        const options = await serveOptions(
          flags("--config", path("chat.json"), "--opers-file", path("opers")),
          Deno.readTextFile,
        );
        assertEquals(options.warnings.map((text) => text.replace(directory, "")), [
          "Other users of this machine could read /chat.json. It is protected now (chmod 600).",
          "Other users of this machine could read /opers. It is protected now (chmod 600).",
        ]);
        await Deno.chmod(path("chat.json"), 0o604);
        const told: string[] = [];
        await options.reload((text) => told.push(text));
        assertEquals(told.length, 1);
        await serveOptions(flags("--password-file", path("password")), Deno.readTextFile);
        assertEquals(["chat.json", "opers", "password"].map(mode), [0o600, 0o600, 0o600]);
        const plain = await serveOptions(flags("--config", path("plain.json")), Deno.readTextFile);
        assertEquals([plain.warnings, mode("plain.json")], [[], 0o644], "in it are no secrets");
        await Deno.symlink(path("chat.json"), path("link.json"));
        await Deno.symlink(path("plain.json"), path("plain.link"));
        const link = flags("--config", path("link.json"));
        await assertRejects(
          () => loadConfig(link, Deno.readTextFile),
          ConfigError,
          "symbolic link",
        );
        await loadConfig(flags("--config", path("plain.link")), Deno.readTextFile);
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
    Deno.build.os === "windows" ? "not on Windows" : "",
  ),
);
