import { graphemes } from "../../text/graphemes.ts";
import { UsageError } from "../args/usage_error.ts";
import { PASSWORD_PROMPT } from "../../wording/command_line.ts";

/** The input that a password comes from. */
export type PasswordInput = {
  /** Whether a person types there, who must be asked, and whose typing must not be shown. */
  isTerminal(): boolean;
  /** As `Deno.stdin.read`. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** As `Deno.stdin.setRaw`. */
  setRaw(raw: boolean): void;
  /** Shows a text to the person. */
  show(text: string): void;
  /** Resolves on a signal to stop, which then no longer ends the program by itself. */
  stopped(): Promise<void>;
};

/** In bytes. More does not fit into an IRC line of 512 bytes. */
const LONGEST = 500;

const LINE_FEED = 0x0a;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_U = "\x15";
const BACKSPACE = "\b";
const DELETE = "\x7f";

/**
 * Asks for a new password: on a terminal twice, without showing it; otherwise takes the first line.
 * Not `promptSecret` of `@std/cli`, which writes its prompt to standard output, where `chat
 * hash-password > file` would get it, and whose backspace takes a byte.
 *
 * @returns the password; undefined if the person broke off. The terminal is as it was before.
 * @throws {UsageError} if the password is empty or invalid, or the two differ
 */
export async function askPassword(input: PasswordInput): Promise<string | undefined> {
  if (!input.isTerminal()) return checked(await readFirstLine(input));
  const keys = readKeys(input, input.stopped());
  input.setRaw(true);
  try {
    const password = await askOnce(PASSWORD_PROMPT.ask, keys, input);
    if (password === undefined) return undefined;
    checked(password);
    const again = await askOnce(PASSWORD_PROMPT.again, keys, input);
    if (again === undefined) return undefined;
    if (again !== password) throw new UsageError(PASSWORD_PROMPT.differ);
    return password;
  } finally {
    input.setRaw(false);
  }
}

function checked(password: string): string {
  if (password === "") throw new UsageError(PASSWORD_PROMPT.empty);
  if (/\p{Cc}/u.test(password)) {
    throw new UsageError(PASSWORD_PROMPT.control);
  }
  if (new TextEncoder().encode(password).length > LONGEST) throw tooLong();
  return password;
}

function tooLong(): UsageError {
  return new UsageError(PASSWORD_PROMPT.tooLong(LONGEST));
}

async function readFirstLine(input: PasswordInput): Promise<string> {
  const buffer = new Uint8Array(1024);
  let length = 0;
  for (;;) {
    const end = buffer.subarray(0, length).indexOf(LINE_FEED);
    if (end >= 0) return lineOf(buffer.subarray(0, end));
    if (length === buffer.length) throw tooLong();
    const count = await input.read(buffer.subarray(length));
    if (count === null) return lineOf(buffer.subarray(0, length));
    length += count;
  }
}

function lineOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r$/, "");
  } catch {
    throw new UsageError(PASSWORD_PROMPT.notUtf8);
  }
}

/** What is typed, by character; ends with the input or on a signal to stop. */
async function* readKeys(
  input: PasswordInput,
  stopped: Promise<void>,
): AsyncGenerator<string, void> {
  const buffer = new Uint8Array(1024);
  const decoder = new TextDecoder();
  const stop = stopped.then(() => null);
  for (;;) {
    const count = await Promise.race([input.read(buffer), stop]);
    if (count === null) return;
    yield* decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

/** Reads one line of keys; undefined if the person broke off. */
async function askOnce(
  question: string,
  keys: AsyncGenerator<string, void>,
  { show }: PasswordInput,
): Promise<string | undefined> {
  show(question);
  try {
    let typed = "";
    for (;;) {
      const { value: key } = await keys.next();
      if (key === undefined || key === CTRL_C) return undefined;
      if (key === "\r" || key === "\n" || key === CTRL_D) return typed;
      if (key === BACKSPACE || key === DELETE) typed = withoutLast(typed);
      else if (key === CTRL_U) typed = "";
      else typed += key;
      if (typed.length > LONGEST) throw tooLong();
    }
  } finally {
    show("\n");
  }
}

/** A text without its last grapheme. */
function withoutLast(text: string): string {
  return graphemes(text).slice(0, -1).join("");
}

/** Standard input; prompts go to standard error. */
export const STANDARD_INPUT: PasswordInput = {
  isTerminal: () => Deno.stdin.isTerminal(),
  read: (buffer) => Deno.stdin.read(buffer),
  setRaw: (raw) => Deno.stdin.setRaw(raw),
  show: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
  stopped() {
    const signals = ["SIGINT", ...(Deno.build.os === "windows" ? [] : ["SIGTERM", "SIGHUP"])];
    return new Promise((resolve) => {
      for (const signal of signals as Deno.Signal[]) Deno.addSignalListener(signal, resolve);
    });
  },
};
