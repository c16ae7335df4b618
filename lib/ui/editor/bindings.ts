import type { KeyPress } from "../terminal/key.ts";
import {
  beforeLine,
  behindLine,
  left,
  lineEnd,
  lineStart,
  type Motion,
  right,
  spaceLeft,
  textEnd,
  textStart,
  wordLeft,
  wordRight,
} from "./motions.ts";

/** What a key does. */
export type KeyCommand =
  | { readonly do: "move" | "erase" | "kill"; readonly to: Motion }
  | { readonly do: "row" | "complete" | "search"; readonly step: 1 | -1 }
  | { readonly do: "history"; readonly steps: number }
  | { readonly do: "yank"; readonly older: boolean }
  | {
    readonly do:
      | "deleteOrLeave"
      | "transpose"
      | "undo"
      | "newLine"
      | "submit"
      | "escape"
      | "nothing";
  };

const BINDINGS: Readonly<Record<string, KeyCommand>> = {
  "left": { do: "move", to: left },
  "ctrl+b": { do: "move", to: left },
  "right": { do: "move", to: right },
  "ctrl+f": { do: "move", to: right },
  "ctrl+left": { do: "move", to: wordLeft },
  "alt+b": { do: "move", to: wordLeft },
  "ctrl+right": { do: "move", to: wordRight },
  "alt+f": { do: "move", to: wordRight },
  "home": { do: "move", to: lineStart },
  "ctrl+a": { do: "move", to: lineStart },
  "end": { do: "move", to: lineEnd },
  "ctrl+e": { do: "move", to: lineEnd },
  "ctrl+home": { do: "move", to: textStart },
  "ctrl+end": { do: "move", to: textEnd },
  "up": { do: "row", step: -1 },
  "ctrl+p": { do: "row", step: -1 },
  "down": { do: "row", step: 1 },
  "ctrl+n": { do: "row", step: 1 },
  "alt+<": { do: "history", steps: -Infinity },
  "alt+>": { do: "history", steps: Infinity },
  "ctrl+r": { do: "search", step: -1 },
  "ctrl+s": { do: "search", step: 1 },

  "backspace": { do: "erase", to: left },
  "ctrl+h": { do: "erase", to: left },
  "delete": { do: "erase", to: right },
  "ctrl+d": { do: "deleteOrLeave" },
  "ctrl+w": { do: "kill", to: spaceLeft },
  "ctrl+backspace": { do: "kill", to: wordLeft },
  "alt+backspace": { do: "kill", to: wordLeft },
  "ctrl+alt+h": { do: "kill", to: wordLeft },
  "ctrl+delete": { do: "kill", to: wordRight },
  "alt+delete": { do: "kill", to: wordRight },
  "alt+d": { do: "kill", to: wordRight },
  "ctrl+k": { do: "kill", to: behindLine },
  "ctrl+u": { do: "kill", to: beforeLine },
  "ctrl+y": { do: "yank", older: false },
  "alt+y": { do: "yank", older: true },
  "ctrl+t": { do: "transpose" },
  "ctrl+_": { do: "undo" },
  "ctrl+/": { do: "undo" },

  "tab": { do: "complete", step: 1 },
  "ctrl+i": { do: "complete", step: 1 },
  "shift+tab": { do: "complete", step: -1 },
  "enter": { do: "submit" },
  "ctrl+m": { do: "submit" },
  "alt+enter": { do: "newLine" },
  "shift+enter": { do: "newLine" },
  "ctrl+enter": { do: "newLine" },
  "ctrl+j": { do: "newLine" },
  "ctrl+alt+j": { do: "newLine" },
  "ctrl+alt+m": { do: "newLine" },
  "escape": { do: "escape" },
  "ctrl+[": { do: "escape" },
  "ctrl+g": { do: "escape" },
  "insert": { do: "nothing" },
};

/** What a key does in the editor, if anything. Shift is ignored without a binding for it. */
export function commandFor({ name, ctrl, alt, shift }: KeyPress): KeyCommand | undefined {
  const chord = `${ctrl ? "ctrl+" : ""}${alt ? "alt+" : ""}`;
  const shifted = `${chord}shift+${name}`;
  if (shift && Object.hasOwn(BINDINGS, shifted)) return BINDINGS[shifted];
  const plain = `${chord}${name}`;
  return Object.hasOwn(BINDINGS, plain) ? BINDINGS[plain] : undefined;
}
