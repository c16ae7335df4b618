import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { askPassword, type PasswordInput } from "../../lib/cli/os/ask_password.ts";
import { UsageError } from "../../lib/cli/args/usage_error.ts";
import { verifyPassword } from "../../lib/crypto/password_hash.ts";
import { needing } from "../permitted.ts";

const permitted = needing("run");

const ROOT = new URL("../../", import.meta.url);
const HASH = /^pbkdf2-sha256\$600000\$[\w+/]{22}==\$[\w+/]{43}=\n$/;

async function hashPassword(input: string, ...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "main.ts", "hash-password", ...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // With an argument, the program ends without reading its input.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  return {
    code,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
  };
}

Deno.test(
  permitted(
    "chat hash-password: prints the hash of the line that it is given, and nothing else",
    async () => {
      const cases: [input: string, password: string][] = [
        ["correct horse\n", "correct horse"],
        [" no end of line", " no end of line"],
        ["Çağrı\r\nmore\n", "Çağrı"],
      ];
      await Promise.all(cases.map(async ([input, password]) => {
        const { code, stdout, stderr } = await hashPassword(input);
        assertEquals([code, stderr], [0, ""]);
        assertMatch(stdout, HASH);
        assert(await verifyPassword(stdout.trimEnd(), password), input);
      }));
    },
  ),
);

Deno.test(
  permitted(
    "chat hash-password: never takes the password from the command line, nor repeats it",
    async () => {
      const refusal =
        "chat hash-password takes no arguments, because others could see a password there. It " +
        "asks for the password, or reads it from standard input.\n";
      const cases = [["hunter2"], ["--hunter2"], ["--", "-hunter2"], ["a", "b"], ["--password=x"]];
      await Promise.all(cases.map(async (args) => {
        assertEquals(await hashPassword("", ...args), { code: 2, stdout: "", stderr: refusal });
      }));
      assertMatch((await hashPassword("", "--help")).stdout, /^Hash a password for the server/);
    },
  ),
);

Deno.test(permitted("chat hash-password: says why there is no hash", async () => {
  assertEquals(await hashPassword("\n"), {
    code: 2,
    stdout: "",
    stderr: "The password is empty. Nothing was done.\n",
  });
}));

type Asked = { input: PasswordInput; shown: () => string; raw: boolean[] };

/** An input that returns these pieces and then ends; at "stop" it blocks for ever. */
function asked(pieces: (string | Uint8Array | "stop")[], terminal = true): Asked {
  const raw: boolean[] = [];
  let shown = "";
  let rest = pieces.map((one) =>
    typeof one === "string" && one !== "stop" ? new TextEncoder().encode(one) : one
  );
  const stop = Promise.withResolvers<void>();
  const input: PasswordInput = {
    isTerminal: () => terminal,
    read(buffer) {
      const [first, ...others] = rest;
      if (first === undefined) return Promise.resolve(null);
      if (typeof first === "string") {
        stop.resolve();
        return new Promise(() => {});
      }
      const count = Math.min(buffer.length, first.length);
      buffer.set(first.subarray(0, count));
      rest = count < first.length ? [first.subarray(count), ...others] : others;
      return Promise.resolve(count);
    },
    setRaw: (on) => void raw.push(on),
    show: (text) => void (shown += text),
    stopped: () => stop.promise,
  };
  return { input, shown: () => shown, raw };
}

Deno.test(
  permitted(
    "chat hash-password: asks twice on a terminal, allows corrections, and shows nothing",
    async () => {
      const cases: [pieces: (string | Uint8Array)[], password: string | undefined][] = [
        [["secret\r", "secret\r"], "secret"],
        [["s", "e", "c", "ret\n", "secret", "\n"], "secret"],
        [["secret\rsecret\r"], "secret"],
        [["secrex\x7ft\r", "xx\b\bsecret\r"], "secret"],
        [["\x7fwrong\x15secret\r", "secret\r"], "secret"],
        [["c\u0327\x7fa\r", "a\r"], "a"],
        [["secret\x04", "secret\x04"], "secret"],
        [[new Uint8Array([0xc3]), new Uint8Array([0xa7, 0x0d]), "ç\r"], "ç"],
        [["sec\x03"], undefined],
        [["secret\r", "\x03"], undefined],
        [["secret\r", "sec"], undefined],
        [["sec", "stop"], undefined],
        [["stop"], undefined],
      ];
      for (const [pieces, password] of cases) {
        const { input, shown, raw } = asked(pieces);
        assertEquals(await askPassword(input), password, JSON.stringify(pieces));
        assertMatch(shown(), /^Password: \n(Password again: \n)?$/);
        assertEquals(raw, [true, false]);
      }
    },
  ),
);

Deno.test(
  permitted(
    "chat hash-password: refuses an unusable password and restores the terminal",
    async () => {
      const differ = "The two passwords differ. Nothing was done.";
      const empty = "The password is empty. Nothing was done.";
      const long = "The password is longer than 500 bytes. Nothing was done.";
      const odd = "The password contains a control character. Nothing was done.";
      const notText = "The password is not text in UTF-8. Nothing was done.";
      const cases: [pieces: (string | Uint8Array)[], terminal: boolean, message: string][] = [
        [["secret\r", "Secret\r"], true, differ],
        [["secret\r", "\r"], true, differ],
        [["\r"], true, empty],
        [["\x04"], true, empty],
        [["\x1b[A\r"], true, odd],
        [["x".repeat(501)], true, long],
        [["ş".repeat(251) + "\r"], true, long],
        [[], false, empty],
        [["\nsecret\n"], false, empty],
        [["a\0b\n"], false, odd],
        [["a\rb\n"], false, odd],
        [["x".repeat(501)], false, long],
        [["x".repeat(5000)], false, long],
        [[new Uint8Array([0xff, 0x0a])], false, notText],
      ];
      for (const [pieces, terminal, message] of cases) {
        const { input, raw } = asked(pieces, terminal);
        const error = await assertRejects(() => askPassword(input), UsageError);
        assertEquals(error.message, message, JSON.stringify(pieces));
        assertEquals(raw, terminal ? [true, false] : []);
      }
    },
  ),
);

Deno.test(
  permitted("chat hash-password: takes the first line of a pipe as the password", async () => {
    const cases: [pieces: (string | Uint8Array)[], password: string][] = [
      [["sec", "ret", "\n", "more"], "secret"],
      [["\uFEFFsecret\r\n"], "secret"],
      [["x".repeat(500) + "\r\n" + "y".repeat(5000)], "x".repeat(500)],
      [[new Uint8Array([0xc3]), new Uint8Array([0xa7, 0x0a, 0xff])], "ç"],
    ];
    for (const [pieces, password] of cases) {
      assertEquals(await askPassword(asked(pieces, false).input), password);
    }
  }),
);
