import { assertEquals, assertMatch } from "@std/assert";
import { needing } from "../permitted.ts";

const permitted = needing("run");

const ROOT = new URL("../../", import.meta.url);

async function chat(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "main.ts", ...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test(
  permitted(
    "Main: help and version go to standard output with status 0, errors to standard error",
    async () => {
      const cases: [args: string[], code: number, stdout: RegExp, stderr: RegExp][] = [
        [[], 0, /^A chat room/, /^$/],
        [["help", "serve"], 0, /--port N/, /^$/],
        [["version"], 0, /^chat \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+, \w+ \w+\)\n$/, /^$/],
        [["completions", "bash"], 0, /complete -F _chat chat\n$/, /^$/],
        [["serve", "--prot", "1"], 2, /^$/, /^Unknown option --prot\. Did you mean --port\?\n$/],
        [
          ["serve", "--config", "no-such-file.json"],
          1,
          /^$/,
          /^Cannot read the configuration file no-such-file\.json: there is no such file\.\n$/,
        ],
      ];
      await Promise.all(cases.map(async ([args, code, stdout, stderr]) => {
        const result = await chat(...args);
        assertEquals(result.code, code, args.join(" "));
        assertMatch(result.stdout, stdout);
        assertMatch(result.stderr, stderr);
      }));
    },
  ),
);

Deno.test(
  permitted(
    "Main: a fault of its own is told with where to report it, and with CHAT_DEBUG=1 in full",
    async () => {
      const fault = "crypto.subtle.deriveBits = () => Promise.reject(new RangeError('boom'));";
      for (
        const [debug, expected] of [["0", /^Please report it; the README/], [
          "1",
          /^RangeError: boom\n +at /,
        ]] as const
      ) {
        await using child = new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "-A",
            `--preload=data:text/javascript,${fault}`,
            "main.ts",
            "hash-password",
          ],
          cwd: ROOT,
          env: { CHAT_DEBUG: debug },
          stdin: "piped",
          stdout: "piped",
          stderr: "piped",
        }).spawn();
        const input = child.stdin.getWriter();
        await input.write(new TextEncoder().encode("sesame\n"));
        await input.close();
        const { code, stdout, stderr } = await child.output();
        const [first, ...rest] = new TextDecoder().decode(stderr).split("\n");
        assertEquals([code, stdout.length, first], [
          1,
          0,
          "chat stopped because of an error in the program: boom",
        ]);
        assertMatch(rest.join("\n"), expected);
      }
    },
  ),
);

Deno.test(permitted("Main: a reader that stops listening causes no error", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "main.ts", "help", "serve"],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  const [stderr, status] = await Promise.all([new Response(child.stderr).text(), child.status]);
  assertEquals([stderr, status.code], ["", 0]);
}));
