/**
 * Types into an editor for tests, and draws it.
 * @module
 */
import { Editor, type EditorLayout, type EditorOptions } from "../../lib/ui/editor/editor.ts";
import { type Key, KeyReader } from "../../lib/ui/terminal/key_parser.ts";
import { graphemes } from "../../lib/text/graphemes.ts";
import { graphemeWidth } from "../../lib/text/width.ts";

/** The bytes of keys by their names in tests. */
const BYTES: Readonly<Record<string, string>> = {
  Enter: "\r",
  Tab: "\t",
  Esc: "\x1b\x1b[I",
  Backspace: "\x7f",
  Delete: "\x1b[3~",
  Left: "\x1b[D",
  Right: "\x1b[C",
  Up: "\x1b[A",
  Down: "\x1b[B",
  Home: "\x1b[H",
  End: "\x1b[F",
  "C-Left": "\x1b[1;5D",
  "C-Right": "\x1b[1;5C",
  "C-Home": "\x1b[1;5H",
  "C-End": "\x1b[1;5F",
  "C-Backspace": "\x1b[127;5u",
  "C-Delete": "\x1b[3;5~",
  "C-_": "\x1f",
  "C-/": "\x1f",
  "S-Tab": "\x1b[Z",
  "S-Enter": "\x1b[13;2u",
  "A-Enter": "\x1b\r",
  "A-Backspace": "\x1b\x7f",
  PageUp: "\x1b[5~",
  "A-Left": "\x1b[1;3D",
};

/** The bytes for keys such as `C-a`, `A-b`, `Home`. */
export function bytesFor(name: string): string {
  if (Object.hasOwn(BYTES, name)) return BYTES[name]!;
  const [, held, char] = /^([CA])-(.)$/.exec(name) ?? [];
  if (held === undefined) throw new Error(`there is no key ${name}`);
  return held === "A" ? `\x1b${char}` : String.fromCharCode(char!.charCodeAt(0) & 31);
}

export function pasted(text: string): string {
  return `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`;
}

/** The keys for bytes, with silence at their end. */
export function keysOf(bytes: string): Key[] {
  const reader = new KeyReader();
  return [...reader.push(new TextEncoder().encode(bytes)), ...reader.flush()];
}

/** Types into an editor: text as it stands, keys in angle brackets (`abc<Left><C-k>`). */
export class Typist {
  readonly editor: Editor;
  /** The sent texts. */
  readonly sent: string[] = [];
  /** The result of the last key. */
  result = "";

  constructor(options?: EditorOptions) {
    this.editor = new Editor(options);
  }

  /** Types, and remembers what is sent. */
  types(keys: string): this {
    for (const [typed, name] of keys.matchAll(/<([CA]-.|[\w-]+)>|[^<]+|</g)) {
      this.sends(name === undefined ? typed : bytesFor(name));
    }
    return this;
  }

  /** Sends bytes. */
  sends(bytes: string): this {
    for (const key of keysOf(bytes)) {
      if (key.kind === "focus") continue;
      const result = this.editor.key(key);
      this.result = result.kind;
      if (result.kind !== "submit") continue;
      this.sent.push(result.text);
      this.editor.remember(result.text);
    }
    return this;
  }

  /** The rows, as {@linkcode drawing} shows them. */
  drawn(width = 40, prompt = "> ", rows = 10): string[] {
    return drawing(this.editor.layout(width, prompt, rows));
  }
}

/** Rows with a mark at the cursor: `|> sel‸am|`. */
export function drawing({ rows, cursor }: EditorLayout): string[] {
  return rows.map((row, index) => {
    if (index !== cursor.row) return `|${row}|`;
    const [before, behind] = splitAt(row, cursor.column);
    return `|${before}‸${behind}|`;
  });
}

/** Splits a row at a column; a column within a wide character is an error. */
export function splitAt(row: string, column: number): [string, string] {
  let at = 0;
  let width = 0;
  for (const grapheme of graphemes(row)) {
    if (width >= column) break;
    width += graphemeWidth(grapheme);
    at += grapheme.length;
  }
  if (width !== column) throw new Error(`no character starts at column ${column} of |${row}|`);
  return [row.slice(0, at), row.slice(at)];
}
