/**
 * Parses and formats IRC messages.
 *
 * Source: Modern IRC Client Protocol, "Message Format"; IRCv3 "Message Tags".
 * @module
 */

/** The tags of a message, by key. A tag without a value has the value `""`. */
export type Tags = ReadonlyMap<string, string>;

export interface Message {
  /** IRCv3 message tags, unescaped. */
  readonly tags: Tags;
  /** The sender (`nick!user@host` or a server name), without the leading `:`. */
  readonly source: string | undefined;
  /** The command in upper case, or a numeric of three digits. */
  readonly command: string;
  /** The parameters; the last one without its `:`. */
  readonly params: readonly string[];
}

/** The longest line without its tags, in bytes, CR LF included (Modern IRC, "Message Format"). */
export const LINE_BYTES = 512;

/** The longest tag section that a client may send, in bytes, `@` and the space included. */
export const CLIENT_TAG_BYTES = 4096;

export const NO_TAGS: Tags = new Map();

export function message(
  command: string,
  params: readonly string[],
  init?: { tags?: Tags; source?: string },
): Message {
  return { tags: init?.tags ?? NO_TAGS, source: init?.source, command, params };
}

/**
 * Numerics that end with text from people: RPL_WHOISCHANNELS, RPL_LIST, RPL_TOPIC, RPL_NAMREPLY. By
 * number, so that a client need not load the table of all.
 */
const WORDS = ["319", "322", "332", "353"] as const;

/**
 * The index from which the last parameter is always marked with `:`: text, or expected by clients.
 */
const FREE_TEXT: ReadonlyMap<string, number> = new Map([
  ...["ERROR", "QUIT", "SETNAME", "AWAY", "WALLOPS", "PING"].map((name) => [name, 0] as const),
  ...["PRIVMSG", "NOTICE", "TOPIC", "PART", "KILL"].map((name) => [name, 1] as const),
  ...["KICK", "RENAME", "REDACT", "CAP", "FAIL", "WARN", "NOTE"].map((name) => [name, 2] as const),
  ...WORDS.map((code) => [code, 2] as const),
]);

/** Parses one line, without its CR LF; `undefined` if it holds no command. */
export function parse(line: string): Message | undefined {
  let at = 0;
  const end = line.length;
  let tags = NO_TAGS;
  let source: string | undefined;
  if (line.startsWith("@")) {
    const space = line.indexOf(" ");
    if (space < 0) return undefined;
    tags = parseTags(line.slice(1, space));
    at = skipSpaces(line, space);
  } else {
    at = skipSpaces(line, 0);
  }
  if (line[at] === ":") {
    const space = line.indexOf(" ", at);
    if (space < 0) return undefined;
    source = line.slice(at + 1, space);
    at = skipSpaces(line, space);
  }
  if (at >= end) return undefined;
  let space = line.indexOf(" ", at);
  if (space < 0) space = end;
  const command = line.slice(at, space).toUpperCase();
  const params: string[] = [];
  for (at = skipSpaces(line, space); at < end; at = skipSpaces(line, space)) {
    if (line[at] === ":") {
      params.push(line.slice(at + 1));
      break;
    }
    space = line.indexOf(" ", at);
    if (space < 0) space = end;
    params.push(line.slice(at, space));
  }
  return { tags, source, command, params };
}

function skipSpaces(line: string, at: number): number {
  while (line.charCodeAt(at) === 0x20) at++;
  return at;
}

/**
 * Formats a message as one line, without its CR LF. {@linkcode parse} gives the same message back.
 *
 * @throws {TypeError} if a parameter other than the last is empty, holds a space or starts with
 * `:`, or if any part holds NUL, CR or LF: such a line would say something else on the wire.
 */
export function format(message: Message): string {
  let line = message.tags.size > 0 ? `@${formatTags(message.tags)} ` : "";
  if (message.source !== undefined) line += `:${message.source} `;
  line += message.command;
  const last = message.params.length - 1;
  const marked = last >= (FREE_TEXT.get(message.command) ?? Infinity);
  for (let index = 0; index <= last; index++) {
    const param = message.params[index]!;
    const plain = param !== "" && param[0] !== ":" && !param.includes(" ");
    if (index < last && !plain) throw new TypeError(`Not a middle parameter: "${param}"`);
    line += plain && !(marked && index === last) ? ` ${param}` : ` :${param}`;
  }
  if (/[\0\r\n]/.test(line)) throw new TypeError("A message can't hold NUL, CR or LF");
  return line;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
};
const UNESCAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([char, escape]) => [escape[1], char]),
);

/** Escapes a tag value (IRCv3 Message Tags, "Escaping values"). */
export function escapeTagValue(value: string): string {
  return value.replace(/[; \\\r\n]/g, (char) => ESCAPES[char] ?? char);
}

/** Unescapes a tag value; an unknown escape gives its character, a lone `\` nothing. */
export function unescapeTagValue(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\(.?)/gsu, (_, char: string) => UNESCAPES[char] ?? char);
}

/** Parses `key=value;key2`, without the `@`. Of equal keys the last one counts. */
export function parseTags(section: string): Tags {
  const tags = new Map<string, string>();
  for (const item of section.split(";")) {
    if (item === "") continue;
    const equals = item.indexOf("=");
    if (equals < 0) tags.set(item, "");
    else if (equals > 0) tags.set(item.slice(0, equals), unescapeTagValue(item.slice(equals + 1)));
  }
  return tags;
}

/** Formats tags as `key=value;key2`, without the `@`. */
export function formatTags(tags: Tags): string {
  const items: string[] = [];
  for (const [key, value] of tags) {
    items.push(value === "" ? key : `${key}=${escapeTagValue(value)}`);
  }
  return items.join(";");
}

/** The nick in a source such as `nick!user@host`; a server name is returned whole. */
export function nickOf(source: string): string {
  const end = source.search(/[!@]/);
  return end < 0 ? source : source.slice(0, end);
}
