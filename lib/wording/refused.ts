/**
 * Why the server refuses something, and what to do about it.
 * @module
 */

/** The reasons: parts of a sentence in {@linkcode REFUSED}. */
export const REASON = {
  noPerson: (name: string): string => `there is nobody called ${name} here`,
  noServer: (name: string): string => `there is no server called ${name}`,
  noRoom: (room: string): string => `there is no room called ${room}`,
  mayNotSpeak: (room: string): string => `you are not allowed to speak in ${room} now`,
  tooManyRooms: "you are in too many rooms",
  wasNoPerson: (name: string): string => `there was nobody called ${name} here`,
  tooManyRecipients: "it has too many recipients",
  noRecipient: "it names no recipient",
  noText: "it has no text",
  takesNoMessages: (name: string): string => `${name} does not accept messages`,
  tooLong: "it is too long",
  unavailable: "the server does not let you in now",
  tooFast: "you are sending too fast; wait a moment",
  notInRoom: "that person is not in the room",
  notInThisRoom: (room: string): string => `you are not in ${room}`,
  alreadyInRoom: "that person is already in the room",
  missingParameters: (command: string): string => `${command} needs more parameters`,
  hasOtherKey: "the room already has a key",
  full: "it is full",
  inviteOnly: "only people with an invitation can enter",
  banned: "you are banned from it",
  needsKey: "it requires a key",
  nameNotAllowed: "its name is not allowed",
  needsRegistration: "the server requires you to register your username first",
  listFull: "the list of this room is full",
  /** A ban or a mute that is there already. */
  alreadyListed: "that is already so",
  operatorsOnly: "only the operators of the server can do that",
  roomOperatorsOnly: (room: string): string => `only the operators of ${room} can do that`,
  fromRegisteredOnly: (name: string): string =>
    `${name} accepts messages only from registered users`,
  encryptedOnly: "it accepts only encrypted connections",
  operatorsEnterOnly: "only the operators of the server can enter",
  blocksYou: (name: string): string => `${name} does not accept messages from you`,
  /** An error that the server does not explain. */
  unknown: (numeric: string): string => `error ${numeric}`,
  /** What is refused, if the server does not name it. */
  it: "it",
} as const;

/** What to do if a room can't be entered: sentences. */
export const ADVICE = {
  leaveOne: "Leave one with /part first.",
  tryLater: "Try again later.",
  waitForRoom: "Try again when someone has left.",
  askForInvitation: "Ask someone who is in it for an invitation.",
  askOperators: "Only its operators can lift the ban.",
  giveKey: (room: string): string => `If you know it, type /join ${room} KEY`,
  register: "On many servers, /msg NickServ HELP explains how to register, and " +
    "/msg NickServ IDENTIFY PASSWORD logs you in.",
} as const;

export const REFUSED = {
  cannotEnter: (room: string, reason: string): string =>
    `Cannot enter the room ${room}: ${reason}.`,
  notDelivered: (reason: string): string => `This was not delivered: ${reason}.`,
  refused: (reason: string): string => `The server refused this: ${reason}.`,
  noPersonHere: (name: string): string => `There is nobody called ${name} here.`,
  bannedFromServer: (why: string): string =>
    `You are banned from this server${why === "" ? "." : `: ${why}`}`,
  needsPassword: "The server requires a password.",
  /** Follows {@linkcode REFUSED.needsPassword} if nobody can be asked for it. */
  passwordFile: "Give it with --password-file FILE.",
  wrongPassword: "The server does not accept this password.",
} as const;

/** Why a username is refused: sentences without a full stop. */
export const NAME_FAULT = {
  empty: "A username cannot be empty",
  spaces: "A username cannot contain spaces",
  invisible: "A username cannot contain invisible characters",
  contains: (character: string): string => `A username cannot contain "${character}"`,
  tooLong: "This username is too long",
  longerThan: (most: number): string => `A username can be ${most} characters long at most`,
  inUse: (name: string): string => `${name} is already in use`,
  ofAccount: (name: string): string =>
    `${name} belongs to an account. If it is yours, type /login ${name}`,
  ofAccountInPipe: (name: string): string =>
    `${name} belongs to an account. If it is yours, log in with --account ${name}`,
  bannedOrMuted:
    "You cannot change your username while you are banned or muted in one of your rooms",
  unavailable: (name: string): string => `${name} cannot be used at the moment`,
  notAllowed: (name: string): string => `${name} is not allowed as a username on this server`,
  /** Follow {@linkcode NAME_FAULT.notAllowed}. */
  noDigitFirst: ": it cannot start with a digit",
  asciiOnly: ": it can contain only the letters a to z, digits, - and _",
} as const;
