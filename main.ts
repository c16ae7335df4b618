/**
 * The entry point: parses the command line and runs what it asks for. The only place that ends the
 * process.
 *
 * Exit status: 0 all went well, 1 it could not be done, 2 the command line is wrong, 3 the username
 * was refused and nobody could be asked for another; 128 and the signal's number if a signal ended
 * it.
 * @module
 */

import { AdminError } from "./lib/cli/admin/admin_error.ts";
import { askPassword, STANDARD_INPUT } from "./lib/cli/os/ask_password.ts";
import { serveOptions, UnreadableFile } from "./lib/cli/serve/load.ts";
import { parse } from "./lib/cli/args/parse.ts";
import { UsageError } from "./lib/cli/args/usage_error.ts";
import { hashPassword } from "./lib/crypto/password_hash.ts";
import { ConfigError } from "./lib/server/settings/config.ts";
import { writeAll } from "./lib/text/write_all.ts";
import { outputFault } from "./lib/ui/lines/streams.ts";
import { CRASH } from "./lib/wording/command_line.ts";
import about from "./deno.json" with { type: "json" };

const FAILURE = 1;
const WRONG_USAGE = 2;

/** Runs the command line. Returns the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  const { os, arch } = Deno.build;
  const version = `chat ${about.version} (Deno ${Deno.version.deno}, ${os} ${arch})`;
  const request = parse(argv, version);
  switch (request.kind) {
    case "serve": {
      const options = await serveOptions(request.flags, Deno.readTextFile);
      // Loaded on demand, so that the help and the client don't wait for the server's code.
      const { serve } = await import("./server.ts");
      return await serve(options);
    }
    case "join": {
      const { join } = await import("./client.ts");
      return await join(request.options);
    }
    case "find": {
      const { find } = await import("./lib/cli/admin/find.ts");
      await write(await find(request.options));
      return 0;
    }
    case "user": {
      const { user } = await import("./lib/cli/admin/users.ts");
      await write(await user(request.options, STANDARD_INPUT));
      return 0;
    }
    case "invite": {
      const { invite } = await import("./lib/cli/admin/invite.ts");
      await write(await invite(request.options));
      return 0;
    }
    case "export": {
      const { exportRoom } = await import("./lib/cli/admin/export.ts");
      await exportRoom(request.options, Date.now(), write);
      return 0;
    }
    case "backup": {
      const { backup } = await import("./lib/cli/admin/backup.ts");
      await write(await backup(request.options, Date.now()));
      return 0;
    }
    case "restore": {
      const { restore } = await import("./lib/cli/admin/restore.ts");
      await write(restore(request.options));
      return 0;
    }
    case "cluster": {
      const { clusterStatus } = await import("./lib/cli/admin/cluster_status.ts");
      await write(await clusterStatus(request.options));
      return 0;
    }
    case "hash-password": {
      const password = await askPassword(STANDARD_INPUT);
      if (password === undefined) return FAILURE;
      await write(`${await hashPassword(password)}\n`);
      return 0;
    }
    case "help":
    case "version":
    case "completions":
      await write(`${request.text.trimEnd()}\n`);
      return 0;
    default:
      return request satisfies never;
  }
}

/** The message and the exit status for an error. */
function explain(error: unknown): [line: string, status: number] {
  if (error instanceof UsageError) return [error.message, WRONG_USAGE];
  if (
    error instanceof ConfigError || error instanceof UnreadableFile ||
    error instanceof AdminError || error instanceof OutputError
  ) {
    return [error.message, FAILURE];
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const firstLine = message.split("\n", 1)[0] || CRASH.noReason;
  return [`${CRASH.stopped(firstLine)}\n${debugging() ? stack : CRASH.advice}`, FAILURE];
}

function debugging(): boolean {
  try {
    return Deno.env.get("CHAT_DEBUG") === "1";
  } catch {
    return false;
  }
}

/** Standard output can't be written; the message is for the user. */
class OutputError extends Error {}

/** Nobody reads standard output any more: nothing is lost. */
class Unread extends Error {}

/**
 * Writes to standard output.
 *
 * @throws {OutputError} if it can't be written.
 * @throws {Unread} if nobody reads it.
 */
async function write(text: string): Promise<void> {
  try {
    await writeAll(Deno.stdout, new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new Unread();
    throw new OutputError(outputFault(error));
  }
}

async function stop(error: unknown): Promise<never> {
  if (error instanceof Unread) Deno.exit(0);
  // The owner of the terminal hears of the error too, and restores it before this is written.
  await undefined;
  const [line, status] = explain(error);
  try {
    await writeAll(Deno.stderr, new TextEncoder().encode(`${line}\n`));
  } finally {
    // If the terminal is gone, nobody reads this.
    Deno.exit(status);
  }
}

if (import.meta.main) {
  // Deno would otherwise print the trace of an unhandled error.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    stop(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    stop(event.error);
  });
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    await stop(error);
  }
}
