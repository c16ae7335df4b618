/**
 * What commands say besides their help: mistakes in the command line and in files, what ends a
 * command, and the results of `chat user`, `chat invite`, `chat export` and `chat hash-password`.
 * @module
 */
import { plural } from "./plural.ts";

/** Mistakes in a command line. */
export const USAGE = {
  afterCommand: (option: string, command: string): string =>
    `--${option} comes after the command: chat ${command} --${option} ...`,
  unknownCommand: (word: string): string => `Unknown command ${word}. All commands: chat help`,
  misspelledCommand: (word: string, guess: string): string =>
    `Unknown command ${word}. Did you mean chat ${guess}? All commands: chat help`,
  unknownOption: (option: string, help: string): string =>
    `Unknown option ${option}. All options: ${help}`,
  misspelledOption: (option: string, guess: string): string =>
    `Unknown option ${option}. Did you mean ${guess}?`,
  unknownWord: (kind: string, word: string, words: readonly string[]): string =>
    `Unknown ${kind.toLowerCase()} ${word}. It can be ${choice(words)}.`,
  misspelledWord: (kind: string, word: string, guess: string): string =>
    `Unknown ${kind.toLowerCase()} ${word}. Did you mean ${guess}?`,
  unexpected: (word: string): string => `Unexpected argument ${word}. All commands: chat help`,
  onlyOptions: (word: string, command: string): string =>
    `Unexpected argument ${word}: chat ${command} takes only options. See: chat help ${command}`,
  onlyOne: (word: string, command: string, kind: string): string =>
    `Unexpected argument ${word}: chat ${command} takes only one ${kind}.`,
  /** The arguments are not repeated, because the last may be a password. */
  onlyTwo: (command: string, first: string, second: string): string =>
    `Too many arguments: chat ${command} takes only ${first} and ${second}. Passwords are not ` +
    "arguments: chat asks for them.",
  needs: (command: string, kind: string): string => `chat ${command} needs ${withArticle(kind)}.`,
  needsWord: (command: string, kind: string, words: readonly string[]): string =>
    `chat ${command} needs ${withArticle(kind)}: ${choice(words)}.`,
  repeated: (option: string): string => `--${option} is given more than once.`,
  takesNoValue: (option: string): string => `--${option} takes no value.`,
  needsValue: (option: string, placeholder: string): string =>
    `--${option} needs a value: --${option} ${placeholder} (or --${option}=${placeholder} if the ` +
    "value starts with a dash).",
  contradiction: (one: string, other: string): string =>
    `${one} and ${other} contradict each other: give only one of them.`,
  mustBe: (option: string, expected: string, given: string): string =>
    `--${option} must be ${expected}, but is ${given}.`,
  mustBeOneOf: (option: string, words: readonly string[], given: string): string =>
    USAGE.mustBe(option, choice(words), given),
  count: "a whole number up to 99999",
  wait: (most: number): string => `a whole number up to ${most}`,
  titleAndHost: (target: string): string =>
    `--title and ${target} both say where to go: give only one of them.`,
  fingerprint: "like SHA256:..., as the server shows it",
  timeFormat: "12, 24 or a pattern such as HH:mm",
  time: (option: string): string =>
    `--${option} must be a time such as 2026-11-22, 2026-11-22T18:30, or 3d for three days ago ` +
    "(also w, h, m).",
  offWithoutOp: "--off goes only with op: chat user op NAME --off",
  listTakesNoName: "chat user list takes no NAME: it shows all accounts.",
  listTakesNoId: "chat invite list takes no ID: it shows all invitations.",
  revokeNeedsId: "chat invite revoke needs an ID. To see the IDs: chat invite list",
  onlyForNew: (option: string, action: string): string =>
    `--${option} is only for a new invitation: it does not go with ${action}.`,
  passwordWithoutAccount: "--account-password-file goes only with --account NAME.",
  goesOnlyWith: (option: string, other: string): string => `--${option} goes only with --${other}.`,
  accountWithoutPassword: "--account needs --account-password-file FILE. To type the password " +
    "instead, leave out both options, and type /login in the chat.",
} as const;

/** `bash, zsh or fish`. */
function choice(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}

/** `a SHELL`, `an ACTION`. */
function withArticle(kind: string): string {
  return `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** A value in a message that is no number or text. */
export const VALUES = { list: "a list", object: "an object", nothing: "nothing" } as const;

/** Mistakes in the server's settings. */
export const SETTINGS_FAULTS = {
  keyPair: (missing: string): string =>
    `tls.cert and tls.key go together, but ${missing} is not given.`,
  noNode: "A server of a cluster needs a name of its own: add --node NAME.",
  noWayIn: "Nobody can connect if plain is false and tls is null. Change one of them.",
  samePort: (one: string, other: string, port: number): string =>
    `${one} and ${other} must differ, but both are ${port}.`,
  notJson: (file: string, line: number, column: number, why: string): string =>
    `${file}: not valid JSON at line ${line}, column ${column}: ${why}.`,
  notObject: (file: string, found: string): string =>
    `${file}: must be an object such as { "port": 6667 }, but is ${found}.`,
  mustBe: (file: string, key: string, expected: string, found: string): string =>
    `${file}: ${key} must be ${expected}, but is ${found}.`,
  /** For a secret, which is not repeated. */
  secretMustBe: (file: string, key: string, expected: string): string =>
    `${file}: ${key} must be ${expected}.`,
  /** The subject for a file with one value. */
  it: "it",
  section: "an object",
  sectionOrNull: "an object or null",
  unknownKey: (file: string, key: string): string => `${file}: unknown key ${key}.`,
  misspelledKey: (file: string, key: string, guess: string): string =>
    `${file}: unknown key ${key}. Did you mean ${guess}?`,
  brokenHash: (key: string): string =>
    `${key} looks like a hash, but is not a complete one. Copy the whole line that ` +
    "chat hash-password printed.",
  emptyPassword: (path: string): string => `The password file ${path} is empty.`,
  longPassword: (path: string): string =>
    `The password file ${path} must contain one line, the password.`,
  noCertificate: (path: string): string =>
    `${path} contains no certificate. It must be in PEM format.`,
} as const;

/** Files that the user named. */
export const FILES = {
  configuration: (path: string): string => `the configuration file ${path}`,
  password: (path: string): string => `the password file ${path}`,
  operators: (path: string): string => `the file of operators ${path}`,
  certificate: (path: string): string => `the certificate ${path}`,
  unreadable: (what: string, why: string): string => `Cannot read ${what}: ${why}.`,
  absent: "there is no such file",
  forbidden: "you have no permission to read it",
  notCapable: "this program was started without permission to read it",
  isDirectory: "it is a directory",
  notDirectory: "part of its path is not a directory",
  notUtf8: "it is not text in UTF-8",
} as const;

/** Files that others can read or change. `what` names one; it is not at the start of a sentence. */
export const PRIVATE = {
  linkedFile: (path: string, to: string, command: string): string =>
    `${path} is a symbolic link to ${to}, which is not safe here. Put the file itself there: ` +
    command,
  linkedDirectory: (path: string, to: string, option: string): string =>
    `${path} is a symbolic link to ${to}, which is not safe here. Name the directory itself: ` +
    option,
  linkedSecret: (what: string, to: string): string =>
    `${capital(what)} contains secrets and is a symbolic link. Name the file itself: ${to}`,
  shared: (path: string, option: string): string =>
    `${path} contains other files, and other users can change it. Name another directory with ` +
    `${option}.`,
  open: (path: string, option: string, command: string): string =>
    `${path} contains other files, and other users can change it. Name another directory with ` +
    `${option}, or protect it: ${command}`,
  othersCanChange: (what: string, command: string): string =>
    `Other users can change ${what}. Protect it: ${command}`,
  everyoneCanRead: (what: string, command: string): string =>
    `Everyone on this machine can read ${what}. Protect it: ${command}`,
  everyoneCanReadSecrets: (what: string, command: string): string =>
    `Everyone on this machine can read ${what}, which contains secrets. Protect it: ${command}`,
  special: (path: string): string =>
    `${path} is not an ordinary file. Delete it, and start the server again.`,
  otherOwner: (path: string, owner: number, self: number, command: string): string =>
    `${path} belongs to user ${owner}, but chat runs as user ${self}. Run it as that user, or ` +
    `change the owner: ${command}`,
  cannotProtect: (path: string, command: string): string =>
    `Other users can read or change ${path}, and chat can't prevent it. Protect it: ${command}`,
  couldRead: (path: string, mode: string): string =>
    `Other users of this machine could read ${path}. It is protected now (chmod ${mode}).`,
  couldChange: (path: string, mode: string): string =>
    `Other users of this machine could change ${path}. It is protected now (chmod ${mode}).`,
} as const;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Sockets that can't be opened. */
export const LISTENING = {
  inUse: (port: number, other: string): string =>
    `Cannot listen on port ${port}: it is already in use. Try ${other}.`,
  forbidden: (port: number, other: string): string =>
    `Cannot listen on port ${port}: you have no permission. Everyone can use ports from 1024 on. ` +
    `Try ${other}.`,
  /** How another port is set, within a sentence. */
  byOption: (option: string, port: number): string => `--${option} ${port}`,
  byKey: (port: number, file: string): string => `"port": ${port} in ${file}`,
  byTlsKey: (port: number, file: string): string => `"tls": { "port": ${port} } in ${file}`,
  byWebKey: (port: number, file: string): string => `"web": { "port": ${port} } in ${file}`,
  otherMachine: (host: string): string =>
    `Cannot listen on ${host}: it is not an address of this machine. To listen on all addresses, ` +
    "leave out --host.",
  failed: (host: string, port: number, why: string): string =>
    `Cannot listen on ${host}, port ${port}: ${why}.`,
} as const;

/** A fault of the program itself. */
export const CRASH = {
  stopped: (why: string): string => `chat stopped because of an error in the program: ${why}`,
  noReason: "no reason was given",
  advice: "Please report it; the README says where. CHAT_DEBUG=1 shows the details to add.",
} as const;

/** Asking for a new password. */
export const PASSWORD_PROMPT = {
  ask: "Password: ",
  again: "Password again: ",
  differ: "The two passwords differ. Nothing was done.",
  empty: "The password is empty. Nothing was done.",
  control: "The password contains a control character. Nothing was done.",
  tooLong: (bytes: number): string =>
    `The password is longer than ${bytes} bytes. Nothing was done.`,
  notUtf8: "The password is not text in UTF-8. Nothing was done.",
} as const;

/** The server's data, for the commands that manage it. */
export const ADMIN = {
  noPlace: "There is no usual directory for data, because HOME is not set. See: --data DIR",
  elsewhere: (why: string): string => `${why} See: --data DIR`,
  accountsUnavailable: (why: string): string => `Accounts are not available. ${why}`,
  unwritten: "The data can't be written. Nothing was changed.",
  // If the server is one of a cluster.
  stopped: (directory: string): string =>
    `The data in ${directory} is that of a cluster. Run this on a machine whose server runs, or ` +
    "start this one. Nothing was changed.",
  starting: "The server has not entered its cluster yet. Try again later. Nothing was changed.",
  noAnswer: (node: string): string =>
    `The server ${node} does not answer. Nothing was changed. Is it cut off? See: chat cluster status`,
  unknown: "The cluster did not confirm the change in time. It may still be made: see what is " +
    "listed later.",
  otherwise: "The accounts were changed by somebody else meanwhile. Look at them, and try again.",
  alone: (directory: string): string =>
    `No server of a cluster runs with the data in ${directory}.`,
} as const;

/** The results of `chat user`. */
export const ACCOUNTS = {
  none: "There are no accounts.",
  lost: (name: string): string =>
    `${name}, lost with a damaged file or an older copy: add it again, or delete it`,
  since: (time: string): string => `since ${time}`,
  neverLoggedIn: "never logged in",
  lastLogin: (time: string): string => `last login ${time}`,
  operator: "operator",
  failures: (count: number, time: string, address: string): string =>
    `${plural(count, "failed login")}, the latest ${time} from ${address}`,
  absent: (name: string): string => `There is no account ${name}.`,
  deleted: (name: string): string => `The account ${name} was deleted.`,
  isOperator: (name: string): string => `${name} is now an operator of the server.`,
  noOperator: (name: string): string => `${name} is no longer an operator of the server.`,
  badName: (why: string): string => `${why}.`,
  reserved: (name: string): string => `${name} is a name that the server itself uses.`,
  exists: (name: string): string => `There is already an account ${name}.`,
  looksLike: (name: string, other: string): string =>
    `There is already an account ${other}, and ${name} looks like it.`,
  added: (name: string): string => `The account ${name} was created.`,
  newPassword: (name: string): string => `The password of ${name} was changed.`,
  unchanged: "Nothing was changed.",
  badPassword: (why: string): string => `${why}. Nothing was changed.`,
} as const;

/** The results of `chat invite`. */
export const INVITATIONS = {
  none: "There are no valid invitations.",
  absent: (id: string): string => `There is no invitation ${id}. To list them: chat invite list`,
  revoked: (id: string): string => `The invitation ${id} was revoked.`,
  forAnyone: "for anyone",
  forName: (name: string): string => `for ${name}`,
  anyUses: "any number of uses",
  usedUp: "used up",
  uses: (count: number): string => plural(count, "use"),
  forEver: "never expires",
  until: (time: string): string => `until ${time}`,
  ended: (time: string): string => `expired ${time}`,
  guests: (names: readonly string[], others: number): string => {
    const more = others === 0 ? [] : [plural(others, "other")];
    return `used by: ${[...more, ...names].join(" ")}`;
  },
  command: (link: string, name: string): string =>
    `chat join "${link}"${name && ` --name ${name}`}`,
  asPassword: (token: string): string =>
    `In other IRC programs, this is the password of the server: ${token}`,
  inBrowser: (address: string): string => `In a browser: ${address}`,
  onlyEncrypted: "The server accepts only encrypted connections. Leave out --plain.",
  badHost: "--host must be a host name or an address, with or without a port.",
} as const;

/** `chat export`. */
export const EXPORT = {
  noRooms: (room: string): string => `No messages of ${room} are kept, nor of any other room.`,
  misspelled: (room: string, guess: string): string =>
    `No messages of ${room} are kept. Did you mean ${guess}?`,
  otherRooms: (room: string, rooms: string): string =>
    `No messages of ${room} are kept. Rooms with messages: ${rooms}.`,
  andMore: (rooms: string, count: number): string => `${rooms} and ${count} more`,
  notice: (from: string): string => `Notice from ${from}`,
  /** What someone did, as it follows the name. */
  joined: " has joined the chat",
  left: " is disconnected from the chat",
  renamed: (name: string): string => ` is now called ${name}`,
  removed: (name: string): string => ` removed ${name} from the chat room`,
  removedFor: (name: string, why: string): string => ` removed ${name} from the chat room (${why})`,
  modes: (modes: string): string => ` set ${modes}`,
  redacted: " deleted a message",
  reacted: (reaction: string): string => ` reacted with ${reaction}`,
  unreacted: (reaction: string): string => ` removed the reaction ${reaction}`,
  noTopic: " removed the topic",
  topic: " changed the topic",
} as const;
