/**
 * The system's keyring, if it takes passwords without an argument that others could see: the Secret
 * Service of Linux desktops, by `secret-tool`.
 *
 * `security` of macOS takes a password as an argument, or asks at the terminal itself; so the file
 * is used there (`password_file.ts`).
 * @module
 */

/** A keyring. No method ever rejects. */
export interface Keyring {
  /** Looks a password up; undefined if there is none, or no keyring. */
  recall(server: string, account: string): Promise<string | undefined>;
  /** Stores a password. Returns whether that worked. */
  keep(server: string, account: string, password: string): Promise<boolean>;
}

/** The whole path, so that no other program of that name is run; deno.json allows just this. */
const SECRET_TOOL = "/usr/bin/secret-tool";

/** Runs `secret-tool` with these arguments and this standard input. May reject. */
export type Run = (
  args: readonly string[],
  input: string,
) => Promise<{ readonly success: boolean; readonly output: string }>;

/** How long a person may take to unlock the keyring, in milliseconds. */
const PATIENCE_MS = 45_000;

/** The keyring of this system; undefined if it has no usable one. */
export function systemKeyring(os: string, run: Run = runSecretTool): Keyring | undefined {
  if (os !== "linux" && os !== "freebsd") return undefined;
  const about = (server: string, account: string) => [
    ...["service", "chat", "server", server],
    ...["account", account.normalize("NFC").toLowerCase()],
  ];
  return {
    async recall(server, account) {
      try {
        const { success, output } = await run(["lookup", ...about(server, account)], "");
        return success && output !== "" ? output : undefined;
      } catch {
        return undefined;
      }
    },
    async keep(server, account, password) {
      try {
        const label = `--label=chat: ${account} on ${server}`;
        return (await run(["store", label, ...about(server, account)], password)).success;
      } catch {
        return false;
      }
    },
  };
}

/** Rejects if there is no such program, or it may not be run. */
async function runSecretTool(args: readonly string[], input: string): ReturnType<Run> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    await using child = new Deno.Command(SECRET_TOOL, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      signal: stop.signal,
    }).spawn();
    const writer = child.stdin.getWriter();
    // It may be gone before it has read anything.
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { success, stdout } = await child.output();
    return { success, output: new TextDecoder().decode(stdout) };
  } finally {
    clearTimeout(timer);
  }
}
