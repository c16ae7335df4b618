/**
 * What a browser keeps of the page: settings for all tabs, and what one tab needs to go on.
 * @module
 */

/** The part of Web Storage that is needed; a browser may refuse it. */
export interface KeyStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface PageSettings {
  readonly name: string;
  readonly theme: "auto" | "light" | "dark";
  readonly clock: "12" | "24";
  readonly sound: boolean;
  readonly notify: boolean;
  readonly typing: boolean;
  /** The names of the people who are hidden. */
  readonly ignore: readonly string[];
}

/** What one tab needs to go on after it was loaded again. */
export interface TabState {
  /** The name in the room; empty before there is one. */
  readonly name: string;
  /** The secret to go on with one's own stay, as JSON; empty if there is none. */
  readonly secret: string;
  /** The rooms that one is in. */
  readonly rooms: readonly string[];
  /** The place that is shown. */
  readonly place: string;
  /** What is typed and not sent, by place. */
  readonly drafts: Readonly<Record<string, string>>;
  /** The last message that was seen, by place. */
  readonly seen: Readonly<Record<string, string>>;
}

/** The most names that are kept, and the longest text, in UTF-16 units. */
const MOST = 500;
const LONGEST = 20_000;

const SETTINGS = "chat.settings";
const TAB = "chat.tab";

export const NEW_TAB: TabState = {
  ...{ name: "", secret: "", rooms: [], place: "", drafts: {}, seen: {} },
};

/** The settings; what is missing or makes no sense is as in `usual`. */
export function readPageSettings(store: KeyStore | undefined, usual: PageSettings): PageSettings {
  const kept = read(store, SETTINGS);
  const pick = <T>(key: keyof PageSettings, among: readonly T[], otherwise: T): T =>
    among.find((one) => one === kept[key]) ?? otherwise;
  return {
    name: textOf(kept.name),
    theme: pick("theme", ["auto", "light", "dark"] as const, usual.theme),
    clock: pick("clock", ["12", "24"] as const, usual.clock),
    sound: pick("sound", [true, false], usual.sound),
    notify: pick("notify", [true, false], usual.notify),
    typing: pick("typing", [true, false], usual.typing),
    ignore: namesOf(kept.ignore),
  };
}

export function writePageSettings(store: KeyStore | undefined, settings: PageSettings): void {
  write(store, SETTINGS, settings);
}

export function readTab(store: KeyStore | undefined): TabState {
  const kept = read(store, TAB);
  return {
    name: textOf(kept.name),
    secret: textOf(kept.secret),
    rooms: namesOf(kept.rooms),
    place: textOf(kept.place),
    drafts: textsOf(kept.drafts),
    seen: textsOf(kept.seen),
  };
}

export function writeTab(store: KeyStore | undefined, tab: TabState): void {
  write(store, TAB, tab);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, LONGEST) : "";
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.slice(0, MOST).map(textOf).filter((name) => name !== "") : [];
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).slice(0, MOST).map(([key, text]) => [key, textOf(text)]),
  );
}

function read(store: KeyStore | undefined, key: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(store?.getItem(key) ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function write(store: KeyStore | undefined, key: string, value: unknown): void {
  try {
    store?.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs only what it would have kept.
  }
}
