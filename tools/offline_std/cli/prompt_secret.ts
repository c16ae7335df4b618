/**
 * Stand-in for `@std/cli/prompt-secret`: the same results, written for this project.
 *
 * @module
 */

/** Options of {@linkcode promptSecret}. */
export type PromptSecretOptions = {
  /** What is shown for each character typed; empty: nothing. */
  mask?: string;
  /** Whether the line is cleared afterwards. */
  clear?: boolean;
};

const ERASE_LINE = "\r\x1b[K";

/**
 * Asks for a secret on the terminal, without showing what is typed.
 *
 * @param message What is shown before the input.
 * @param options How it is shown.
 * @returns What was typed, or `null` if standard input is no terminal.
 */
export function promptSecret(
  message = "Secret",
  options: PromptSecretOptions = {},
): string | null {
  if (!Deno.stdin.isTerminal()) return null;
  const { mask = "*", clear = false } = options;
  const show = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  show(`${message} `);
  // With cbreak Ctrl-C still interrupts. Windows does not have it.
  Deno.stdin.setRaw(true, { cbreak: Deno.build.os !== "windows" });
  try {
    return readSecret((length) => {
      if (mask !== "") show(`${ERASE_LINE}${message} ${mask.repeat(length)}`);
    });
  } finally {
    show(clear ? ERASE_LINE : "\n");
    Deno.stdin.setRaw(false);
  }
}

/** Reads bytes until the line ends; a backspace takes back one character. */
function readSecret(typed: (length: number) => void): string {
  const byte = new Uint8Array(1);
  const decoder = new TextDecoder();
  let characters: string[] = [];
  while (Deno.stdin.readSync(byte)) {
    const code = byte[0];
    if (code === 0x0a || code === 0x0d) break;
    if (code === 0x08 || code === 0x7f) characters = characters.slice(0, -1);
    else characters.push(...decoder.decode(byte, { stream: true }));
    typed(characters.length);
  }
  return characters.join("");
}
