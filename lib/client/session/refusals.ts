/**
 * Refusals of the server in plain words: one row each.
 *
 * Source: Modern IRC Client Protocol, "Numerics"; InspIRCd, UnrealIRCd, ngIRCd and solanum for
 * numerics above 430 that only some servers have.
 * @module
 */

interface Refusal {
  /** Whether the parameter after our name is the target of a refused message. */
  readonly message?: true;
  /** Whether it can answer JOIN: then the room can't be entered. */
  readonly join?: true;
  /** What to do about it if it answers JOIN: a sentence. */
  readonly advice?: (room: string) => string;
  /**
   * The reason in plain words: part of a sentence.
   *
   * @param about the parameter after our name: a user, a room, a command.
   * @param said the server's own words.
   */
  readonly why: (about: string, said: string) => string;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "401": { message: true, why: (name) => `there is nobody called ${name} here` },
  "402": { why: (name) => `there is no server called ${name}` },
  "403": { message: true, join: true, why: (room) => `there is no room called ${room}` },
  "404": { message: true, why: (room) => `you may not speak in ${room} now` },
  "405": {
    join: true,
    why: () => "you are in too many rooms",
    advice: () => "Leave one with /part first.",
  },
  "406": { why: (name) => `there was nobody called ${name} here` },
  "407": { message: true, why: () => "these are too many at once" },
  "411": { why: () => "it says to nobody" },
  "412": { why: () => "there is no text in it" },
  "415": { message: true, why: (name) => `${name} takes no messages` },
  "417": { why: () => "it is too long" },
  "437": {
    join: true,
    why: (_, said) => isUsual(said) ? "the server does not let you in now" : lowerFirst(said),
    advice: () => "Try again in a while.",
  },
  "439": { message: true, why: () => "you are too fast; wait a moment" },
  "441": { why: () => "they are not in this room" },
  "442": { message: true, why: (room) => `you are not in ${room}` },
  "443": { why: () => "they are in this room already" },
  "461": { why: (command) => `there is not enough behind ${command}` },
  "467": { why: () => "the room has another key" },
  "471": {
    join: true,
    why: () => "it is full",
    advice: () => "Try again when someone has left.",
  },
  "473": {
    join: true,
    why: () => "one must be invited to it",
    advice: () => "Ask someone who is in it for an invitation.",
  },
  "474": {
    join: true,
    why: () => "you are banned from it",
    advice: () => "Only its operators can lift that.",
  },
  "475": {
    join: true,
    why: () => "it needs a key",
    advice: (room) => `If you know it, type /join ${room} KEY`,
  },
  "476": { join: true, why: () => "its name is not allowed" },
  "477": {
    message: true,
    join: true,
    why: () => "the server wants you to register your username first",
    advice: () =>
      "On many servers /msg NickServ HELP tells how; if you have, /msg NickServ IDENTIFY PASSWORD",
  },
  "478": { why: () => "the list of this room is full" },
  "479": { join: true, why: () => "its name is not allowed" },
  "480": {
    join: true,
    why: () => "the server does not let you in now",
    advice: () => "Try again in a while.",
  },
  "481": { why: () => "only the people who run the server may do that" },
  "482": { why: (room) => `only the operators of ${room} may do that` },
  "486": { message: true, why: (name) => `${name} takes messages from registered users only` },
  "489": { join: true, why: () => "it takes encrypted connections only" },
  "520": { join: true, why: () => "only the people who run the server may enter" },
  "531": { message: true, why: (name) => `${name} takes no messages from you` },
  "716": { message: true, why: (name) => `${name} takes no messages from you` },
};

/** Whether the text of 437 says no more than the numeric. */
function isUsual(said: string): boolean {
  return !said.includes(" ") || /temporarily unavailable/i.test(said);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** A refusal in plain words. */
export interface Refused {
  readonly text: string;
  /** The target of the refused message; undefined if it was none. */
  readonly target: string | undefined;
  readonly join: boolean;
  /** What to do about it: a sentence; may be empty. */
  readonly advice: string;
}

/** Whether a command is an error numeric: 400 to 599, and a few that servers made up. */
export function isRefusal(command: string): boolean {
  return /^[45]\d\d$/.test(command) || command in REFUSALS;
}

/**
 * Puts an error numeric into plain words, or into the server's words if it is unknown.
 *
 * @param params the numeric's parameters, of which our own name is the first.
 * @param joining whether a JOIN has not been answered.
 */
export function refused(command: string, params: readonly string[], joining: boolean): Refused {
  const refusal = REFUSALS[command];
  const about = params.length > 2 ? params[1] ?? "" : "";
  const said = params.at(-1) ?? "";
  // The server's words may say more than the numeric does.
  const why = refusal?.why(about || "it", said) ?? (said === "" ? `it answers ${command}` : said);
  const plain = { target: undefined, join: false, advice: "" };
  if (joining && refusal?.join) {
    const text = `Cannot enter the room ${about}: ${why}.`;
    return { ...plain, text, join: true, advice: refusal.advice?.(about) ?? "" };
  }
  if (refusal?.message) return { ...plain, text: `This was not delivered: ${why}.`, target: about };
  if (refusal !== undefined) return { ...plain, text: `The server refuses this: ${why}.` };
  return { ...plain, text: `The server says: ${about === "" ? why : `${about}: ${why}`}` };
}

/** Why a name was refused, by the numeric: a sentence without its full stop. */
export function nameFault(command: string, name: string, said: string): string {
  switch (command) {
    case "433":
      return /already in use|already taken|^$/i.test(said)
        ? `${name} is already in use`
        : inServersWords(name, said);
    case "435":
      return "Your username cannot be changed while you are banned or muted in a room that you are in";
    case "436":
      return `${name} is already in use`;
    case "437":
      return `${name} cannot be used at the moment`;
    case "431":
      return "A username cannot be empty";
    default:
      // Our own server says exactly what is wrong; this is the usual text of others.
      return /^$|^erroneous|^invalid nick/i.test(said)
        ? `${name} is not allowed as a username on this server${lettersHint(name)}`
        : inServersWords(name, said);
  }
}

/** Marks a text as the server's words, unless it is one of ours; then the name replaces "Nickname". */
function inServersWords(name: string, said: string): string {
  if (said.startsWith("Nickname ")) return said.replace("Nickname", () => name);
  return /^(?:A username|Your invitation|You are changing) /.test(said)
    ? said
    : `The server says: ${said}`;
}

/** Many servers take only ASCII letters, and don't say so. */
function lettersHint(name: string): string {
  if (/^\d/.test(name)) return ": it may not begin with a digit";
  return /^[!-~]*$/.test(name) ? "" : ": it may take only the letters a to z, digits, - and _";
}
