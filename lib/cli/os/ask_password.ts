import { graphemes } from "../../text/graphemes.ts";
import { UsageError } from "../args/usage_error.ts";

/** Where a password comes from. */
export type PasswordInput = {
  /** Whether somebody types there, who must be asked, and whose typing must not be shown. */
  isTerminal(): boolean;
  /** Fills a part of the buffer, as `Deno.stdin.read` does; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Whether the terminal hands over each key, and shows nothing by itself. */
  setRaw(raw: boolean): void;
  /** Shows a text to who types. */
  show(text: string): void;
  /** Resolves when the program is told to end, which from now on does not end it by itself. */
  stopped(): Promise<void>;
};

/** In bytes. More does not fit into the line of 512 bytes that carries it to a server. */
const LONGEST = 500;

const LINE_FEED = 0x0a;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_U = "\x15";
const BACKSPACE = "\b";
const DELETE = "\x7f";

/**
 * Asks for a new password: twice, and without showing it, on a terminal; else it is the first line
 * of the input.
 *
 * @returns the password, or undefined if whoever was asked broke it off; a terminal is then, as
 *   always, as it was before
 * @throws {UsageError} where the password is empty or can't be one, or the two differ
 */
export async function askPassword(input: PasswordInput): Promise<string | undefined> {
  if (!input.isTerminal()) return checked(await readFirstLine(input));
  const keys = readKeys(input, input.stopped());
  input.setRaw(true);
  try {
    const password = await askOnce("Password: ", keys, input);
    if (password === undefined) return undefined;
    checked(password);
    const again = await askOnce("The same again: ", keys, input);
    if (again === undefined) return undefined;
    if (again !== password) throw new UsageError("The two passwords differ: nothing was done.");
    return password;
  } finally {
    input.setRaw(false);
  }
}

function checked(password: string): string {
  if (password === "") throw new UsageError("The password is empty: nothing was done.");
  if (/\p{Cc}/u.test(password)) {
    throw new UsageError("The password has a character that nobody can type: nothing was done.");
  }
  if (new TextEncoder().encode(password).length > LONGEST) throw tooLong();
  return password;
}

function tooLong(): UsageError {
  return new UsageError(`The password is longer than ${LONGEST} bytes: nothing was done.`);
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
    throw new UsageError("The password is not text in UTF-8: nothing was done.");
  }
}

/** What is typed, character by character; ends when the input or the program does. */
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

/** Reads one line of keys; undefined where it was broken off. */
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

/** Without what a person takes for the last character, accents included. */
function withoutLast(text: string): string {
  return graphemes(text).slice(0, -1).join("");
}

/** The program's own standard input; what it shows goes to standard error. */
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
