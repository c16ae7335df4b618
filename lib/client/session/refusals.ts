/**
 * Refusals of the server in plain words: one row each.
 *
 * Source: Modern IRC Client Protocol, "Numerics"; InspIRCd, UnrealIRCd, ngIRCd and solanum for
 * numerics above 430 that only some servers have.
 * @module
 */
import { CLIENT } from "../../wording/client.ts";
import { ADVICE, NAME_FAULT, REASON, REFUSED } from "../../wording/refused.ts";

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
  "401": { message: true, why: REASON.noPerson },
  "402": { why: REASON.noServer },
  "403": { message: true, join: true, why: REASON.noRoom },
  "404": { message: true, why: REASON.mayNotSpeak },
  "405": {
    join: true,
    why: () => REASON.tooManyRooms,
    advice: () => ADVICE.leaveOne,
  },
  "406": { why: REASON.wasNoPerson },
  "407": { message: true, why: () => REASON.tooManyRecipients },
  "411": { why: () => REASON.noRecipient },
  "412": { why: () => REASON.noText },
  "415": { message: true, why: REASON.takesNoMessages },
  "417": { why: () => REASON.tooLong },
  "437": {
    join: true,
    why: (_, said) => isUsual(said) ? REASON.unavailable : lowerFirst(said),
    advice: () => ADVICE.tryLater,
  },
  "439": { message: true, why: () => REASON.tooFast },
  "441": { why: () => REASON.notInRoom },
  "442": { message: true, why: REASON.notInThisRoom },
  "443": { why: () => REASON.alreadyInRoom },
  "461": { why: REASON.missingParameters },
  "467": { why: () => REASON.hasOtherKey },
  "471": {
    join: true,
    why: () => REASON.full,
    advice: () => ADVICE.waitForRoom,
  },
  "473": {
    join: true,
    why: () => REASON.inviteOnly,
    advice: () => ADVICE.askForInvitation,
  },
  "474": {
    join: true,
    why: () => REASON.banned,
    advice: () => ADVICE.askOperators,
  },
  "475": {
    join: true,
    why: () => REASON.needsKey,
    advice: ADVICE.giveKey,
  },
  "476": { join: true, why: () => REASON.nameNotAllowed },
  "477": {
    message: true,
    join: true,
    why: () => REASON.needsRegistration,
    advice: () => ADVICE.register,
  },
  "478": { why: () => REASON.listFull },
  "479": { join: true, why: () => REASON.nameNotAllowed },
  "480": {
    join: true,
    why: () => REASON.unavailable,
    advice: () => ADVICE.tryLater,
  },
  "481": { why: () => REASON.operatorsOnly },
  "482": { why: REASON.roomOperatorsOnly },
  "486": { message: true, why: REASON.fromRegisteredOnly },
  "489": { join: true, why: () => REASON.encryptedOnly },
  "520": { join: true, why: () => REASON.operatorsEnterOnly },
  "531": { message: true, why: REASON.blocksYou },
  "696": { why: (_, said) => lowerFirst(said) },
  "697": { why: () => REASON.alreadyListed },
  "716": { message: true, why: REASON.blocksYou },
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
  const why = refusal?.why(about || REASON.it, said) ?? (said || REASON.unknown(command));
  const plain = { target: undefined, join: false, advice: "" };
  if (joining && refusal?.join) {
    const text = REFUSED.cannotEnter(about, why);
    return { ...plain, text, join: true, advice: refusal.advice?.(about) ?? "" };
  }
  if (refusal?.message) return { ...plain, text: REFUSED.notDelivered(why), target: about };
  if (refusal !== undefined) return { ...plain, text: REFUSED.refused(why) };
  const text = about === "" ? CLIENT.serverSays(why) : CLIENT.serverSaysAbout(about, why);
  return { ...plain, text };
}

/** Why a name was refused, by the numeric: a sentence without its full stop. */
export function nameFault(command: string, name: string, said: string): string {
  switch (command) {
    case "433":
      return /already in use|already taken|^$/i.test(said)
        ? NAME_FAULT.inUse(name)
        : inServersWords(name, said);
    case "435":
      return NAME_FAULT.bannedOrMuted;
    case "436":
      return NAME_FAULT.inUse(name);
    case "437":
      return NAME_FAULT.unavailable(name);
    case "431":
      return NAME_FAULT.empty;
    default:
      // Our own server says exactly what is wrong; this is the usual text of others.
      return /^$|^erroneous|^invalid nick/i.test(said)
        ? NAME_FAULT.notAllowed(name) + lettersHint(name)
        : inServersWords(name, said);
  }
}

/** Marks a text as the server's words, unless it is one of ours; then the name replaces "Nickname". */
function inServersWords(name: string, said: string): string {
  if (said.startsWith("Nickname ")) return said.replace("Nickname", () => name);
  return /^(?:A username|Your invitation|You are changing) /.test(said)
    ? said
    : CLIENT.serverSays(said);
}

/** Many servers take only ASCII letters, and don't say so. */
function lettersHint(name: string): string {
  if (/^\d/.test(name)) return NAME_FAULT.noDigitFirst;
  return /^[!-~]*$/.test(name) ? "" : NAME_FAULT.asciiOnly;
}
