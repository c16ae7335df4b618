/**
 * What the terminal client shows around and about messages.
 * @module
 */
import { plural } from "./plural.ts";

/** The welcome, and the lists of users. */
export const TEXTS = {
  welcome: "Welcome to the server. ",
  users: (room: string): string => `Here are the users in ${room}:`,
  nobody: "*No user found*",
  more: (count: number): string => `... and ${count} more`,
  entered: "You have selected your username. You can now chat with the others.",
  enteredRoom: (room: string): string => `You are in ${room}.`,
  enteredElsewhere: (room: string): string =>
    `You are in ${room} now. To go there, type /query ${room}`,
  enteredAgain: (room: string): string => `You are in ${room} again.`,
  bye: "Thank you for using the chat application. You will be disconnected...",
} as const;

/** The prompts. */
export const QUESTIONS = {
  address: "Please enter the server's address: ",
  name: "Please choose a username: ",
  password: "Please enter the password: ",
  accountPassword: "Please enter the password of this username: ",
  roomKey: "Please enter the key of the room: ",
  newPassword: "Please choose a password: ",
  newPasswordAgain: "Please enter the same password again: ",
  remember: "Remember the password on this computer? yes/no: ",
  trust: "Please type yes or no: ",
  insecure: "Please type yes or no: ",
} as const;

/** The lines that separate old messages from new ones. */
export const HEADINGS = {
  before: "messages from before you joined",
  missed: "messages that you missed",
  whole: "the full messages",
  now: "now",
  earlierLost: "earlier messages were not kept",
} as const;

/** Messages. Those from others begin their line; `at` is `@ TIME`. */
export const MESSAGES = {
  /** The server as a sender, if it has no name. */
  server: "the server",
  time: (at: string): string => ` ${at} >> `,
  privately: "Privately: ",
  privateMessage: "Private message from ",
  privateNotice: "Private notice from ",
  notice: "Notice from ",
  to: (place: string): string => `To ${place}: `,
  toAll: "To everyone on the server: ",
  /** The receivers of a message to a rank, by its symbol. */
  ranks: {
    "~": "owners",
    "&": "admins",
    "@": "operators",
    "%": "operators and half-operators",
    "+": "operators and people with the right to speak",
  } as Readonly<Record<string, string>>,
  otherRank: (symbols: string): string => `people with the rank ${symbols}`,
  onlyFor: (people: string): string => `For ${people} only: `,
  /** Who reads a private conversation. */
  hearersPrivate: "privately",
  hearersOnly: (people: string): string => `for ${people} only`,
  lineOf: (line: number, lines: number): string => ` (line ${line} of ${lines})`,
  moreLines: (count: number): string => `... and ${plural(count, "more line")}`,
  /** After the start of a long message that was shortened. */
  shortened: "... and more. /history shows the full message.",
  shortenedLines: (lines: string): string =>
    `... ${lines} more lines. /history shows the full message.`,
  shortenedLine: "... 1 more line. /history shows the full message.",
} as const;

/** What people do. `at` is `@ TIME`; `why` is empty or in brackets. */
export const EVENTS = {
  why: (reason: string): string => ` (${reason})`,
  joined: (name: string, at: string): string => `${name} has joined the chat ${at}`,
  /** Left the server, or lost the connection. */
  left: (name: string, at: string, why: string): string =>
    `${name} is disconnected from the chat ${at}${why}`,
  leftRoom: (name: string, at: string, why: string): string =>
    `${name} has left the room ${at}${why}`,
  gone: (name: string): string =>
    `${name} has left. Someone else can take that name now, so nothing more is sent to it from ` +
    `here. To write to whoever has it later, type /query ${name}`,
  motd: "Message of the day:",
  motdMore: (lines: string): string => `... ${lines} more lines. /motd shows all of it.`,
  removed: (name: string, why: string, at: string): string => `${name} was removed${why} ${at}`,
  removedBy: (name: string, by: string, why: string, at: string): string =>
    `${name} was removed by ${by}${why} ${at}`,
  youRemoved: (room: string, why: string, at: string): string =>
    `You are no longer in ${room}${why} ${at}. To go back, just say something.`,
  youRemovedBy: (by: string, room: string, why: string, at: string): string =>
    `${by} removed you from ${room}${why} ${at}. To go back, just say something.`,
  youRenamed: (name: string): string => `Your username is now ${name}.`,
  renamed: (from: string, to: string, at: string): string => `${from} is now called ${to} ${at}`,
  roomRenamed: (from: string, to: string, at: string): string =>
    `The room ${from} is now called ${to} ${at}`,
  roomRenamedBy: (by: string, from: string, to: string, at: string): string =>
    `${by} renamed the room ${from} to ${to} ${at}`,
  away: (name: string, at: string): string => `${name} is away ${at}`,
  awayBecause: (name: string, reason: string, at: string): string =>
    `${name} is away: ${reason} ${at}`,
  back: (name: string, at: string): string => `${name} is back ${at}`,
  redacted: (by: string): string => `${by} deleted a message`,
  redactedAt: (by: string, at: string): string => `${by} deleted a message ${at}`,
  redactedOwn: (by: string, time: string): string => `${by} deleted their message from ${time}`,
  redactedOf: (by: string, author: string, at: string): string =>
    `${by} deleted what ${author} said ${at}`,
  reacted: (name: string, text: string, at: string): string => `${name} reacts with ${text} ${at}`,
  reactedTo: (name: string, text: string, author: string, at: string): string =>
    `${name} reacts with ${text} to what ${author} said ${at}`,
  /** The topic follows, or `who` comes before. */
  topic: (room: string): string => `The topic of ${room} is: `,
  topicSource: (by: string): string => ` (${by})`,
  topicSourceDate: (by: string, date: string): string => ` (${by} @ ${date})`,
  server: "The server",
  topicRemoved: (at: string): string => ` removed the topic ${at}`,
  topicChanged: (at: string): string => ` changed the topic ${at} to: `,
  parted: (room: string): string => `You have left ${room}.`,
  refusedLine: (text: string, line: string): string => `${text} It was: ${line}`,
  nameKept: (text: string, name: string): string => `${text} You are still ${name}.`,
  nameBusy: (name: string): string =>
    `The username ${name} is still held by a lost connection. Waiting until it is free.`,
  lost: (reason: string): string => `The connection to the server was lost: ${reason}`,
  unreachable: (reason: string): string => `The server cannot be reached: ${reason}`,
  retrying: (seconds: string): string => `Trying again in ${seconds}.`,
  loggedIn: (account: string): string => `You are logged in as ${account}.`,
  loggedOut: "You are logged out.",
  loginFailed: (account: string, reason: string): string =>
    `Cannot log in as ${account}: ${reason}`,
  registered: (account: string): string => `The username ${account} is now yours.`,
  /** Why a password is asked for. */
  passwordOwned: (name: string): string =>
    `The username ${name} belongs to an account. If it is yours, enter its password. To choose ` +
    "another username, press Enter without a password.",
  passwordWrong: (name: string): string =>
    `Please enter the password of ${name} again. To choose another username, press Enter without ` +
    "a password.",
  passwordRequired: (name: string): string =>
    `If you have an account ${name}, enter its password. To choose another username, press Enter ` +
    "without a password.",
} as const;

/** Several people at once. */
export const CROWD = {
  joined: (people: string, at: string): string => `${people} joined ${at}`,
  left: (people: string, at: string): string => `${people} left ${at}`,
  cameAndWent: (people: string, at: string): string => `${people} joined and left ${at}`,
  leftAndCame: (people: string, at: string): string => `${people} left and came back ${at}`,
  people: (count: number): string => `${count} people`,
  others: (count: number): string => `${count} others`,
  /** Between names, and before the last one. */
  comma: ", ",
  and: " and ",
  away: "away",
} as const;

/** The screen: hints, the status row, the list of places. */
export const SCREEN = {
  help: "Type /help to see what you can do here, exit to leave",
  stray: "This was typed before the screen changed, so it was left out",
  doubtful: (place: string): string => `Not sent yet. Press Enter to say it in ${place}`,
  scroll: "Scroll as usual in this terminal: with the mouse wheel, or Shift-PageUp",
  leave: "Press Ctrl-C again to leave",
  noSuspend: "Ctrl-Z does not work here: this program cannot be suspended.",
  tooLong: (most: number): string =>
    `A message can have ${most} characters at most; the rest was left out`,
  paste: (lines: number): string => `[${lines} lines: Enter sends, Esc drops]`,
  pasteBefore: (lines: number): string => `[${lines} lines]`,
  /** The prompt of a search in what was typed. */
  search: "search: ",
  found: (query: string): string => `search "${query}": `,
  notFound: (query: string): string => `not found "${query}" `,
  tooFast: (count: number): string =>
    count === 1
      ? "... 1 line is not shown here: it came too fast."
      : `... ${count} lines are not shown here: they came too fast.`,
  leftOut: (count: number): string =>
    `... ${plural(count, "earlier message")} ${count === 1 ? "is" : "are"} not shown`,
  notSent: "not sent yet >> ",
  notSentCount: (count: number): string => `${plural(count, "message")} not sent yet`,
  connecting: "connecting...",
  noConnection: "no connection",
  retrying: (seconds: string): string => `no connection, trying again in ${seconds}`,
  manyTyping: "several people are typing",
  typing: (names: string, count: number): string => `${names} ${count === 1 ? "is" : "are"} typing`,
  /** Other places with unread messages. */
  key: (number: number): string => `Alt-${number} `,
  forYou: (place: string, count: number): string => `${place}: ${count} for you`,
  unread: (place: string, count: number): string => `${place}: ${count} new`,
  title: "chat",
  titleOf: (place: string): string => `${place} - chat`,
  /** The list of places. */
  notInside: "you are not in it now",
  shownNow: "shown now",
  newCount: (count: number): string => `${count} new`,
  tooManyPlaces: "Too many conversations are open. To close the one that is shown, type /part",
  notInRoom: (room: string): string => `You are not in ${room}. To list your rooms, type /rooms`,
} as const;

/** Hidden people. */
export const HIDDEN = {
  nobody: "Nobody is hidden.",
  list: (names: string): string => `You have hidden: ${names}`,
  shownAgain: (name: string): string => `Messages from ${name} are shown again.`,
  notHidden: (name: string): string => `${name} is not hidden.`,
  tooMany: (most: number): string => `You cannot hide more than ${most} people.`,
  hidden: (name: string): string =>
    `Messages from ${name} are hidden from now on. To show them again, type /unignore ${name}`,
} as const;

/** Dates, and faults in the format of times: parts of a sentence. */
export const DATES = {
  weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  months: [
    ...["January", "February", "March", "April", "May", "June"],
    ...["July", "August", "September", "October", "November", "December"],
  ],
  day: (weekday: string, day: number, month: string, year: number): string =>
    `${weekday}, ${day} ${month} ${year}`,
  /** The start of a sentence. */
  badFormat: (pattern: string, fault: string): string =>
    `The time format "${pattern}" cannot be used: ${fault}`,
  empty: "it is empty",
  tooLong: (most: number): string => `it is longer than ${most} characters`,
  invisible: "it contains an invisible character",
  quote: "a quotation mark is missing",
  unknownSymbol: (symbol: string): string => `"${symbol}" has no meaning in it; try "HH:mm:ss"`,
  noTime: 'it shows no time; try "HH:mm:ss"',
} as const;
