/**
 * The usual scene of the tests in a real terminal: a server, Ada in its lobby, and the program in
 * tmux.
 * @module
 */
import { assertEquals } from "@std/assert";
import { permitted } from "../permitted.ts";
import { ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { NO_TERMINAL, type TerminalOptions, TmuxTerminal } from "./tmux.ts";

/** The server, the friend and the terminal of a test. */
export interface TerminalScene {
  readonly server: ServerProcess;
  /** A friend in the lobby, who sends exactly what the test wants. */
  readonly ada: RawClient;
  /** The program, in the lobby as Furkan. */
  readonly terminal: TmuxTerminal;
}

/** Options of a scene. */
export interface TerminalSceneOptions extends TerminalOptions {
  /** Arguments of `chat serve`. */
  readonly serve?: readonly string[];
  /** The name of another friend in the lobby. */
  readonly other?: string;
}

/** A raw client in the lobby. */
export async function friend(port: number, nick = "Ada"): Promise<RawClient> {
  const client = await RawClient.user(port, nick);
  await client.send(
    "CAP REQ :batch draft/multiline echo-message message-tags server-time",
    "JOIN #lobby",
  );
  await client.ping();
  return client;
}

/** The program, in the lobby as Furkan. */
export async function furkan(port: number, options: TerminalOptions = {}): Promise<TmuxTerminal> {
  const terminal = await TmuxTerminal.chat(
    ["join", `127.0.0.1:${port}`, "--name", "Furkan"],
    options,
  );
  try {
    await terminal.shows((rows) =>
      /You\s+can\s+now\s+chat/.test(rows.join(" ")) && /^#lobby \(/.test(rows.at(-1) ?? "")
    );
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

/** Defines a test that runs in the scene. */
export function inTerminal(
  name: string,
  fn: (scene: TerminalScene) => Promise<void>,
  { serve, other, ...options }: TerminalSceneOptions = {},
): Deno.TestDefinition {
  return permitted(name, async () => {
    await using server = await ServerProcess.start(serve);
    await using ada = await friend(server.port);
    await using _other = other === undefined ? undefined : await friend(server.port, other);
    await using terminal = await furkan(server.port, options);
    await fn({ server, ada, terminal });
  }, NO_TERMINAL);
}

/** Asserts that the program has undone all its changes to the terminal. */
export async function assertGivenBack(terminal: TmuxTerminal): Promise<void> {
  const { before, after } = await terminal.states();
  assertEquals(after, before);
  assertEquals(await terminal.knows("cursor_flag"), "1", "the cursor is hidden");
  assertEquals(await terminal.knows("wrap_flag"), "1", "lines are not wrapped");
  assertEquals(await terminal.knows("alternate_on"), "0");
  assertEquals(await terminal.knows("mouse_any_flag"), "0");
  // A paste has brackets only if a program asked for them.
  await terminal.pastes("pasted");
  await terminal.types(".");
  assertEquals((await terminal.shows(/pasted.*\.$/m)).at(-1), "pasted.");
}
