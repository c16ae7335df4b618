/**
 * What `chat join` says about a chat: the session, accounts, files, pipes. Sentences, unless a
 * comment says otherwise.
 * @module
 */
import { plural } from "./plural.ts";

/** Durations, roughly: `3 hours`. */
export const DURATION = {
  day: (count: number): string => plural(count, "day"),
  hour: (count: number): string => plural(count, "hour"),
  minute: (count: number): string => plural(count, "minute"),
  second: (count: number): string => plural(count, "second"),
} as const;

/** The session. */
export const CLIENT = {
  /** The first room, as a name. */
  chatRoom: "the chat room",
  serverSays: (text: string): string => `The server says: ${text}`,
  serverSaysAbout: (about: string, text: string): string => `The server says: ${about}: ${text}`,
  notConnected: "You are not connected to the server.",
  noLongerAway: "The others see that you are no longer away.",
  nowAway: "The others see that you are away.",
  /** The default reasons of /away and of leaving, which others see. */
  away: "Away",
  leaving: "Leaving",
  noTopic: (room: string): string => `There is no topic in ${room}.`,
  youInvited: (name: string, room: string): string => `You have invited ${name} to ${room}.`,
  invitesYou: (by: string, room: string): string =>
    `${by} invites you to ${room}. To enter it, type /join ${room}`,
  invites: (by: string, name: string, room: string): string => `${by} invites ${name} to ${room}.`,
  redirected: (from: string, to: string): string => `${from} is redirected to ${to}.`,
  lineTooLong: "The server sent a line that is too long, so it is not shown here.",
  inNoRoom: "You are in no room yet. /list shows the rooms, and /join ROOM enters one.",
  nameARoom: "This server has no room that everyone enters. Name one: chat join HOST/ROOM",
  keyOnCommandLine: "The key of the room was on the command line, where other users of this " +
    "machine can read it. To avoid that, use --room-key-file FILE, or let chat ask for it.",
  noMotd: "This server has no message of the day.",
  yourModes: (modes: string): string => `Your modes are: ${modes}`,
  modesChanged: (name: string, modes: string): string => `Modes of ${name}: ${modes}`,
  modesOf: (room: string, modes: string): string => `The modes of ${room} are: ${modes}`,
  isOperator: "You are an operator of the server now.",
  noticed: (name: string, text: string): string => `Your notice to ${name}: ${text}`,
  sendsLong: (lines: number, messages: number, time: string): string =>
    `Sending ${lines.toLocaleString("en-US")} lines in ${plural(messages, "message")}, which ` +
    `takes about ${time}. You can go on typing. To stop it, press Ctrl-C or type /stop`,
  unconfirmed: "The server does not confirm that it received your messages.",
  noAnswerToJoin: (room: string): string => `The server did not say whether you can enter ${room}.`,
} as const;

/** A stay that goes on after the connection was lost. */
export const RESUMED = {
  back: "Connected again.",
  elsewhere: (host: string): string => `Reconnected to ${host}.`,
  /** Why we are no longer in a room: part of a sentence. */
  meanwhile: "while you had no connection",
  takenOver: (host: string): string =>
    "Another program showed the secret by which your stay goes on after a lost connection, and " +
    `took the stay over${host === "" ? "" : ` from ${host}`}. If that was not you, somebody may ` +
    "have read what this computer sends.",
} as const;

/** Why a line was not sent. */
export const NOT_SENT = {
  /** The reason is one of the next ones, which start a sentence. */
  because: (reason: string, line: string): string => `${reason}, so this was not sent: ${line}`,
  /** Follows a line that a pipe could not send. */
  redirect: (text: string): string =>
    `${text} (Use /join ROOM or /query NAME to say where the next lines go.)`,
  notInRoom: (room: string): string => `You are not in ${room}`,
  leftRoom: (room: string): string => `You have left ${room}`,
  closedConversation: (name: string): string => `You have closed the conversation with ${name}`,
  redirected: (from: string, to: string): string => `${from} is redirected to ${to}`,
  commandNotUnderstood: "The previous command was not understood",
  empty: "You cannot send an empty message.",
  usage: (usage: string): string => `Type it as ${usage}`,
  unknownCommand: (command: string, hint: string): string =>
    `There is no command /${command}, so this was not sent. ${hint} ` +
    "/raw sends a command of IRC as it is; to send a text that starts with a slash, type two " +
    "slashes: //",
  noRoom: "You are in no room, so this was not sent. /list shows the rooms, /join ROOM enters one.",
  /** The start of a sentence. */
  hasLeft: (name: string): string => `${name} has left`,
  gone: (name: string): string =>
    `${name} may be someone else by now, so this was not sent. To write to whoever is called ` +
    `${name} now, type /query ${name}`,
  queueFull: "Too many messages are waiting to be sent, so this was not sent. Up brings it back.",
  onlyInTerminal: "This works only in a terminal, without --plain and --json.",
  /** The start of a line that was cut. */
  cut: (start: string): string => `${start}...`,
  /** A command with a secret. */
  secret: (command: string): string => `${command} ...`,
  one: (line: string): string => `1 line was not sent: ${line}`,
  many: (count: number, first: string): string =>
    `${count} lines were not sent; the first of them is: ${first}`,
  doubtful: (count: number): string =>
    count === 1
      ? "The last message may not have been delivered."
      : `The last ${count} messages may not have been delivered.`,
} as const;

/** Slash commands. */
export const COMMANDS_SAY = {
  cannotReact: "This server does not pass reactions on.",
  notAReaction: "A reaction is an emoji, or a short word.",
  nothingToReactTo: "Nobody has said anything here that you could react to.",
  explained: (usage: string, help: string): string => `${usage}: ${help}`,
  unknown: (command: string): string =>
    `There is no command /${command}. To list the commands, type /help`,
  unknownGuess: (command: string, guess: string): string =>
    `There is no command /${command}. /help lists them. Did you mean /${guess}?`,
  listHint: "/help lists the commands.",
  guessHint: (command: string): string => `Did you mean /${command}?`,
  tooLong: "This is too long.",
  stopped: (lines: number): string => `Stopped: ${plural(lines, "line")} not sent.`,
  nothingToStop: "Nothing is being sent that could be stopped.",
  inNoRoom: "You are in no room.",
  roomOnly: "This works only in a room.",
  notInRoom: (room: string): string => `You are not in ${room}.`,
  noRank: "This server does not have that rank.",
  cannotMute: "This server does not support muting.",
  notValidName: "This is not a valid name.",
  notValidLine: "This is not a valid line of the IRC protocol.",
  notValidKey: "This is not a valid key.",
  roomNameTooLong: (most: number): string =>
    `The name of a room can be ${most} characters long at most.`,
  alreadyInRoom: (room: string): string => `You are already in ${room}.`,
  tooManyRooms: "You are in too many rooms. Leave one with /part first.",
  entersLater: (room: string): string => `You enter ${room} as soon as you are connected.`,
  closedConversation: (name: string): string => `You have closed the conversation with ${name}.`,
  noHistory: "This server does not keep old messages.",
  historyOfRoom: (room: string): string =>
    `The history of ${room} includes these messages: type /history there.`,
  noOlder: "There are no older messages.",
  noAnswer: "The server did not answer.",
  cannotSearch: "This server does not support searching.",
  searchTooLong: "This is too long to search for.",
  foundNothing: (query: string): string => `Nothing was found for "${query}".`,
} as const;

/** Messages that may be missing. The reasons are sentences that start in lower case. */
export const MISSING = {
  inRoom: (room: string, reason: string): string =>
    `Some messages in ${room} may be missing here: ${reason}`,
  withPerson: (name: string, reason: string): string =>
    `Some messages with ${name} may be missing here: ${reason}`,
  private: (reason: string): string => `Some private messages may be missing: ${reason}`,
  notShown: (reason: string): string => `Older messages are not shown: ${reason}`,
  more: "You missed more messages than are shown here.",
  tooManyConversations: "there are too many conversations to catch up with.",
  tooManyNames: "the server knows too many conversations.",
  unknownLast: "the server no longer has the last messages that you saw.",
  noAnswer: "the server did not answer.",
  /** Without its full stop. */
  noReason: "the server does not say why",
} as const;

/** A name with the real name, if that is another one. */
function known(name: string, real: string): string {
  return real === "" || real === name ? name : `${name} (${real})`;
}

/** Answers to /whois, /list, /ban and /mute. */
export const REPLIES = {
  /** Words of the server that follow the name. */
  about: (name: string, words: string): string => `${name} ${words}`,
  loggedInToName: (name: string): string => `${name} is logged in to this username.`,
  identity: (name: string, mask: string, real: string): string =>
    `${known(name, real)} is ${mask}.`,
  hiddenAddress: (mask: string): string => `${mask}, which hides the real address`,
  was: (name: string, mask: string, real: string): string => `${known(name, real)} was ${mask}.`,
  server: (name: string, server: string, about: string): string =>
    `${name} is connected to ${server}${about === "" ? "" : ` (${about})`}.`,
  /** Someone who has left; `at` says when, in the server's words. */
  wasOn: (name: string, server: string, at: string): string =>
    `${name} was connected to ${server}${at === "" ? "" : `, last on ${at}`}.`,
  operator: (name: string): string => `${name} is an operator of this server.`,
  silent: (name: string, time: string): string => `${name} has said nothing for ${time}.`,
  silentSince: (name: string, time: string, connected: string): string =>
    `${name} has said nothing for ${time}, and connected ${connected} ago.`,
  rooms: (name: string, rooms: string): string => `${name} is in ${rooms}`,
  account: (name: string, account: string): string => `${name} is logged in as ${account}.`,
  bot: (name: string): string => `${name} is a bot.`,
  address: (name: string, address: string): string => `${name} connects from ${address}.`,
  encrypted: (name: string): string => `${name} uses an encrypted connection.`,
  away: (name: string, reason: string): string => `${name} is away: ${reason}`,
  noRooms: "There are no rooms here.",
  noRoomsWith: (text: string): string =>
    `There are no rooms with "${text}" in the name or topic here.`,
  roomCount: (count: number): string =>
    `There ${count === 1 ? "is" : "are"} ${plural(count, "room")}:`,
  roomCountWith: (count: number, text: string): string =>
    `There ${count === 1 ? "is" : "are"} ${
      plural(count, "room")
    } with "${text}" in the name or topic:`,
  room: (name: string, people: number, topic: string): string =>
    `${name}, ${plural(people, "person", "people")}${topic === "" ? "" : `: ${topic}`}`,
  moreRooms: (count: number): string =>
    `... and ${count} more. /list TEXT shows those with TEXT in the name or topic.`,
  entryBy: (mask: string, by: string): string => `${mask} (by ${by})`,
  entryByAgo: (mask: string, by: string, time: string): string => `${mask} (by ${by}, ${time} ago)`,
  nobodyBanned: (room: string): string => `Nobody is banned from ${room}.`,
  nobodyMuted: (room: string): string => `Nobody is muted in ${room}.`,
  banned: (room: string): string => `Banned from ${room}:`,
  muted: (room: string): string => `Muted in ${room}:`,
  more: (count: number): string => `... and ${count} more`,
} as const;

/** Requests of programs, and what they offer. */
export const CTCP = {
  answered: (name: string, command: string, text: string): string =>
    `The program of ${name} answers ${command}: ${text}`,
  after: (milliseconds: number): string => `after ${milliseconds / 1000} seconds`,
  offersFile: (name: string, file: string, bytes: number | undefined): string =>
    `${name} offers you the file ${file}${
      bytes === undefined ? "" : ` (${bytes.toLocaleString("en-US")} bytes)`
    }, but chat cannot receive files.`,
  offersConnection: (name: string): string =>
    `${name} offers you a direct connection, which chat does not support.`,
} as const;

/** Accounts. Faults are parts of a sentence. */
export const LOGIN = {
  failed: (account: string, fault: string): string => `Cannot log in as ${account}: ${fault}.`,
  /** A fault of two sentences. */
  withAdvice: (fault: string, advice: string): string => `${fault}. ${advice}`,
  unproven:
    "the server did not prove that it knows this account, so it may not be the right server",
  noAccounts: "this server does not support accounts",
  noMechanism: "this server offers no way of logging in that chat supports",
  nonsense: "the server sent an invalid answer",
  unsafe: "the server asked for something that is not safe",
  silent: "the server did not answer",
  wrong: "the username or the password is wrong",
  tooLong: "the login is too long for the server",
  aborted: "the server cancelled the login",
  already: "this connection is already logged in",
  refused: "the server refused the login",
  notNow: "logging in is not possible now",
  /** The rest are sentences. */
  alreadyAs: (account: string): string => `You are already logged in as ${account}.`,
  running: "A login is already in progress.",
  notLoggedIn: "You were not logged in.",
  nobody: "You are not logged in.",
  replaced: (account: string): string =>
    `You joined as ${account} from somewhere else, so this chat ends.`,
  invitationOver: (said: string): string =>
    `The server says: ${said}. Your invitation is no longer valid.`,
  required: (said: string): string => `The server says: ${said}.`,
  requiredInPipe: (said: string): string =>
    `The server says: ${said}. Log in with --account NAME --account-password-file FILE.`,
  begin: (account: string): string =>
    `Please log in as ${account}. To cancel, press Enter without a password.`,
  again: "Please enter the password again. To cancel, press Enter without a password.",
  remember: "Please answer yes or no. Enter alone means no.",
} as const;

/** Registering a username. */
export const REGISTRATION = {
  begin: (name: string): string =>
    `With a password, nobody else can use the username ${name}. To cancel, press Enter without a ` +
    "password.",
  different: "The two passwords are different.",
  cancelled: "The username was not registered.",
  unsupported: (service: string): string =>
    `This server does not support /register. To learn how it registers usernames, try ` +
    `/msg ${service} HELP REGISTER`,
  needsEmail:
    "This server requires an e-mail address to register a username, and chat does not send one.",
  verify: (said: string, account: string): string =>
    `The server says: ${said} To finish, type /raw VERIFY ${account} CODE`,
} as const;

/** Passwords that others could read. Faults are the start of a sentence. */
export const SECRECY = {
  notEncrypted: "This connection is not encrypted: others on the network can read what you send",
  otherProgram: "You gave the password to a program on this machine, and another one may be " +
    "listening now",
  service: (service: string): string =>
    `This server does not vouch for ${service}: anyone with that name would get it`,
  downgraded: "This server offered a way of logging in that keeps the password secret, and now " +
    "wants the password itself",
  question: (fault: string, what: string): string => `${fault}. Send ${what} anyway?`,
  fault: (fault: string): string => `${fault}.`,
  faultAdvice: (fault: string): string => `${fault}. ${SECRECY.advice}.`,
  serverPasswordNotSent: (fault: string): string =>
    `${fault}. The server's password was not sent. ${SECRECY.advice}.`,
  /** A sentence without its full stop. */
  advice: "To send it anyway, use --insecure-password",
  passwordNotSent: "The password was not sent.",
  /** What would be sent. */
  password: "the password",
  accountPassword: (account: string): string => `the password of ${account}`,
  serverPassword: "the server's password",
} as const;

/** Files of the person. Reasons are parts of a sentence. */
export const FILES = {
  saved: (path: string): string => `Saved as ${path}.`,
  exists: (path: string): string =>
    `${path} already exists, and was not changed. Choose another name.`,
  cannotWrite: (path: string, reason: string): string => `Cannot write ${path}: ${reason}.`,
  passwordsBroken: (path: string): string =>
    `The password file ${path} is damaged. It was not changed.`,
  passwordsUnreadable: (path: string, reason: string): string =>
    `The password file ${path} cannot be read: ${reason}.`,
  passwordsUnwritable: (path: string, reason: string): string =>
    `The password file ${path} cannot be written: ${reason}.`,
  passwordInKeyring: "The password was saved in the keyring of this system.",
  passwordInFile: (path: string): string =>
    `The password was saved in ${path}, which only you can read.`,
  settings: (path: string): string => `The settings file ${path}`,
  settingsUnwritable: (path: string, reason: string): string =>
    `Cannot write the settings file ${path}: ${reason}.`,
  settingsUnreadable: (path: string, reason: string): string =>
    `The settings file ${path} cannot be read: ${reason}.`,
  settingsIgnored: (fault: string): string => `${fault} The file is ignored, and was not changed.`,
  settingsFault: (path: string, fault: string): string =>
    `The settings file ${path} will not be changed, because it has a fault: ${fault}`,
  timeFormat: (fault: string): string => `In the settings file: ${fault}.`,
} as const;

/** Why something could not be done with a file, by the name of the error: parts of a sentence. */
export const FILE_REASONS: Readonly<Record<string, string>> = {
  AlreadyExists: "a file with this name already exists",
  FilesystemLoop: "its symbolic links form a loop",
  InvalidData: "it is not text in UTF-8",
  IsADirectory: "it is a directory",
  NotADirectory: "part of its path is not a directory",
  NotCapable: "this program was started without permission for it",
  NotFound: "the directory does not exist",
  PermissionDenied: "you do not have permission for it",
};

/** Faults in the settings file. */
export const SETTING_FAULT = {
  notObject: (value: string): string =>
    `It must be an object such as { "bell": "never" }, but is ${value}.`,
  wrong: (key: string, expected: string, value: string): string =>
    `${key} must be ${expected}, but is ${value}.`,
  unknown: (key: string): string => `There is no setting ${key}.`,
  unknownGuess: (key: string, guess: string): string =>
    `There is no setting ${key}. Did you mean ${guess}?`,
  /** What a setting must be. */
  address: "the address of a server",
  username: "a username",
  boolean: "true or false",
  usernames: 'a list of usernames such as ["Furkan"]',
  timeFormat: '"12", "24" or a pattern such as "HH:mm"',
  servers: 'an object such as { "work": "chat.example:7000" }',
  serverNames: (expected: string): string =>
    `${expected}, with names without spaces, slashes and colons`,
  serverAddress: (expected: string, name: string): string =>
    `${expected}, with an address for ${name}`,
  or: " or ",
  /** What it is instead. */
  list: "a list",
  object: "an object",
  nothing: "nothing",
} as const;

/** The chat in a pipe. */
export const PIPE = {
  outputStuck: "Standard output is not being read, and much text is waiting for it. Until it is " +
    "read, chat reads nothing from the server, which may end the connection.",
  outputFlows: "Standard output is being read again.",
  cannotWrite: (reason: string): string => `Standard output cannot be written: ${reason}.`,
  /** Part of a sentence. */
  notRead: "nothing reads it any more",
  cannotRead: (reason: string): string => `Standard input cannot be read to its end: ${reason}.`,
  goesToPerson: (name: string): string => `What you say now goes only to ${name}.`,
  goesToRoom: (room: string): string => `What you say now goes to ${room}.`,
  noOtherName: "No other username was given.",
  noName: "No username was given. Give one with --name NAME.",
  otherName: "Choose another username with --name NAME.",
} as const;
