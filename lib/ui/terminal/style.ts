/**
 * Colours, and the abilities of the terminal.
 *
 * Source: ECMA-48, 8.3.117 (SGR); no-color.org; xterm's 256 colours.
 * @module
 */
import type { ColorChoice } from "../../client/settings.ts";
import { linked } from "../links.ts";
import { nameHash, type Role, type Span } from "../spans.ts";

/** The number of colours. Without any, bold, dim and reversed are still used. */
type ColorDepth = "none" | "basic" | "256";

/** The escape sequence of notifications. */
type NotifyKind = "none" | "osc9" | "osc777";

/** The terminal's abilities. */
export interface Style {
  readonly depth: ColorDepth;
  /** Whether OSC 8 makes links. */
  readonly links: boolean;
  /** Whether OSC 2 sets the window's title. */
  readonly title: boolean;
  readonly notify: NotifyKind;
  /**
   * Whether the terminal rewraps its lines when its width changes. False if unknown: then something
   * of the old input line may remain, but no message is wiped away.
   */
  readonly reflow: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that {@linkcode detectStyle} reads, and that need permission. */
export const STYLE_VARIABLES = [
  "ALACRITTY_WINDOW_ID",
  "COLORTERM",
  "KITTY_WINDOW_ID",
  "KONSOLE_VERSION",
  "NO_COLOR",
  "STY",
  "TERM",
  "TERM_PROGRAM",
  "TMUX",
  "VTE_VERSION",
  "WT_SESSION",
] as const;

type Abilities = Omit<Style, "depth">;

const FULL: Abilities = { links: true, title: true, notify: "none", reflow: true };
const NOTHING: Abilities = { links: false, title: false, notify: "none", reflow: false };

/** An unknown terminal: it understands the title, or skips it. */
const UNKNOWN: Abilities = { ...NOTHING, title: true };

/**
 * The known terminals; the first match counts. A multiplexer comes before the terminal that it runs
 * in, whose variables it inherits.
 *
 * tmux and screen don't pass notifications on, but both pass on the bell. Their titles are those of
 * their own windows. tmux writes OSC 8 (since 3.4) only to terminals that are known to have it; older
 * versions drop it.
 */
const KINDS: readonly (readonly [is: (env: Environment, term: string) => boolean, Abilities])[] = [
  [({ WT_SESSION, TMUX, STY }) => set(WT_SESSION) && !set(TMUX) && !set(STY), FULL],
  [({ TMUX }, term) => set(TMUX) || term.startsWith("tmux"), FULL],
  [({ STY }, term) => set(STY) || term.startsWith("screen"), NOTHING],
  [(_, term) => /^(linux|dumb|cons25|vt\d+|ansi|unknown|)$/.test(term), NOTHING],
  [
    ({ TERM_PROGRAM }) => /^(iTerm\.app|WezTerm|ghostty)$/i.test(TERM_PROGRAM ?? ""),
    { ...FULL, notify: "osc9" },
  ],
  [
    ({ KITTY_WINDOW_ID }, term) =>
      set(KITTY_WINDOW_ID) || /^(xterm-kitty|xterm-ghostty|wezterm)$/.test(term),
    { ...FULL, notify: "osc9" },
  ],
  [(_, term) => /^foot(-|$)/.test(term), { ...FULL, notify: "osc777" }],
  [(_, term) => term.startsWith("rxvt"), { ...UNKNOWN, notify: "osc777" }],
  // OSC 8 came with VTE 0.50, as 5000. OSC 777 is only in some distributions' VTE; the bell, which
  // all have, makes the window ask for attention.
  [({ VTE_VERSION }) => Number(VTE_VERSION ?? 0) >= 5000, FULL],
  [({ ALACRITTY_WINDOW_ID }, term) => set(ALACRITTY_WINDOW_ID) || term === "alacritty", FULL],
  [({ TERM_PROGRAM }) => TERM_PROGRAM === "vscode", FULL],
  // Konsole reflows since 21.12 and has links since 20.12, but off by default: it finds them itself.
  [({ KONSOLE_VERSION }) => set(KONSOLE_VERSION), { ...FULL, links: false }],
  [({ TERM_PROGRAM }) => TERM_PROGRAM === "Apple_Terminal", { ...FULL, links: false }],
];

function set(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

/**
 * Guesses the terminal's abilities from {@linkcode STYLE_VARIABLES}, rather too few than too many.
 */
export function detectStyle(env: Environment, choice: ColorChoice = "auto"): Style {
  const term = env.TERM ?? "";
  const depth = detectDepth(env, choice);
  const [, abilities = UNKNOWN] = KINDS.find(([is]) => is(env, term)) ?? [];
  return { depth, ...abilities };
}

function detectDepth(env: Environment, choice: ColorChoice): ColorDepth {
  if (choice === "never") return "none";
  const term = env.TERM ?? "";
  if (choice === "auto" && (set(env.NO_COLOR) || term === "dumb")) return "none";
  const many = /^(truecolor|24bit)$/.test(env.COLORTERM ?? "") || set(env.WT_SESSION) ||
    /256color|kitty|ghostty|alacritty|^foot|wezterm|direct/.test(term);
  return many ? "256" : "basic";
}

/**
 * The colours of names: of xterm's 256 colours those with a contrast of at least 3.3 on black and
 * on white (WCAG 2, "contrast ratio"), without red and green, which have a meaning here.
 */
export const NAME_COLORS = [
  ...[166, 130, 136, 100, 64, 29, 30, 31, 33],
  ...[68, 63, 98, 135, 133, 163, 169, 162, 168],
] as const;

/** The colours of names if there are only eight, without black and white. */
const BASIC_NAME_COLORS = [36, 35, 34, 33, 96, 95] as const;

/** The SGR parameters of each role: always, then the colour of 256 and of 8. */
// Not `@std/fmt/colors`: its `setColorEnabled` can't override NO_COLOR, as `--color always` does.
const LOOKS: Readonly<Record<Role, readonly [always: string, many: string, basic: string]>> = {
  text: ["", "", ""],
  said: ["", "", ""],
  // Bold, which no message can be: if a narrowed terminal rewraps a row, a text at its new edge
  // still does not look like the line of somebody else.
  name: ["1", "", ""],
  own: ["1", "38;5;28", "32"],
  mention: ["1;7", "", ""],
  strong: ["1", "", ""],
  quiet: ["2", "", ""],
  error: ["", "38;5;160", "31"],
};

/** The SGR parameters of a piece of text; empty for none. */
function look({ role, text }: Span, depth: ColorDepth, quiet: boolean): string {
  const [always, many, basic] = LOOKS[role];
  const pick = <T>(list: readonly T[]) => list[nameHash(text) % list.length];
  const named = role === "name" || role === "mention";
  const color = {
    none: () => "",
    basic: () => named ? `${pick(BASIC_NAME_COLORS)}` : basic,
    256: () => named ? `38;5;${pick(NAME_COLORS)}` : many,
  }[depth]();
  // Dimmed, a colour that is readable on white is none on black.
  const dim = quiet && role !== "quiet" && color === "";
  return [dim ? "2" : "", always, color].filter(Boolean).join(";");
}

/** A line for the terminal, of harmless pieces. Each resets what it set. `quiet` dims what has no colour. */
export function paint(spans: readonly Span[], style: Style, quiet = false): string {
  return spans.map((span) => {
    const { role, text } = span;
    if (text === "") return "";
    const sgr = look(span, style.depth, quiet);
    const links = style.links && (role === "said" || role === "strong");
    const shown = links ? linked(text) : text;
    return sgr === "" ? shown : `\x1b[${sgr}m${shown}\x1b[0m`;
  }).join("");
}
