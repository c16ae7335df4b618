/**
 * What the page for browsers says. Sentences, unless a comment says otherwise.
 * @module
 */
import { plural } from "./plural.ts";

/** The page before its script runs, and the way in. */
export const PAGE_ENTRY = {
  /** The title of the window, and the heading. */
  title: "Chat",
  lead: "Choose a username, and talk.",
  name: "Username",
  enter: "Enter",
  noScript: "This page needs JavaScript. Other programs can enter too: see chat join.",
  tooOld: "If nothing happens when you press Enter, this browser is too old for this page.",
  connecting: "Connecting…",
  nobody: "Nobody is here yet.",
  here: (names: string, room: string): string => `In ${room}: ${names}`,
  hereMore: (names: string, more: number, room: string): string =>
    `In ${room}: ${names} and ${plural(more, "other")}`,
  toRoom: (room: string): string => `You will enter ${room}.`,
  invited: "You are invited.",
  password: "Password",
  serverPassword: "This server needs a password.",
  logIn: "Log in",
  otherName: "Choose another username",
  roomKey: (room: string): string => `The room ${room} needs a key.`,
  key: "Key",
  noPasswordHere: "A password can't be typed here: this page is not encrypted, so others on the " +
    "network could read it.",
  useEncrypted: "Use the encrypted page",
  yes: "Yes, send it",
  no: "No",
  again: "Enter again",
  ended: "You have left the chat.",
} as const;

/** What holds on http. */
export const PAGE_SAFETY = {
  readable: "Others on this network can read along here.",
  /** A link. */
  encrypted: "Use the encrypted page",
  warning: "The browser will warn of an unknown certificate there: the server made it itself.",
  dismiss: "Hide this hint",
} as const;

/** Two tabs of one browser. */
export const PAGE_TABS = {
  taken: (name: string): string => `${name} is in use in another tab of this browser.`,
  takeOver: "Use it here instead",
  moved: "You went on in another tab. This one is no longer connected.",
} as const;

/** The connection. */
export const PAGE_LINK = {
  connecting: "Connecting…",
  lost: "No connection.",
  waits: (reason: string, seconds: string): string =>
    `${reason.charAt(0).toUpperCase()}${reason.slice(1)} Trying again in ${seconds}.`,
  /** A part of a sentence. */
  noAnswer: "the server does not answer",
  /** Parts of a sentence: why a connection ended. */
  closed: "the connection was closed",
  now: "Try now",
} as const;

/** Names of parts of the page and of buttons, which people see or hear. */
export const PAGE_PARTS = {
  rooms: "Rooms",
  privately: "Private conversations",
  people: "People",
  messages: "Messages",
  message: "Message",
  messageTo: (place: string): string => `Message to ${place}`,
  send: "Send",
  openRooms: "Show rooms",
  openRoomsNew: (count: number): string => `Show rooms, ${count} new`,
  openPeople: (count: number): string => `Show people, ${count} here`,
  close: "Close",
  more: "More",
  join: "Join a room",
  room: "Name of the room",
  roomHint: "If there is no such room, you open it.",
  allRooms: "List all rooms here",
  settings: "Settings",
  account: "Account",
  search: "Search",
  leaveRoom: (room: string): string => `Leave ${room}`,
  closePlace: (name: string): string => `Close ${name}`,
  topic: "Topic",
  setTopic: "Change the topic",
  invite: "Copy the link to this room",
  copied: "The link is copied.",
  link: "The link to this room",
  leave: "Leave the chat",
  suggestions: "Suggestions",
  jump: "Jump to the newest message",
  jumpNew: (count: number): string => plural(count, "new message"),
  unread: (place: string, count: number): string => `${place}, ${plural(count, "new message")}`,
  forYou: (place: string, count: number, forUs: number): string =>
    `${place}, ${plural(count, "new message")}, ${forUs} for you`,
  new: "New",
  you: "you",
  older: "Loading older messages…",
  empty: "Nobody has said anything here yet. Type the first message below.",
  start: "This is where the messages begin.",
  pending: "not sent yet",
  deleted: (by: string): string => `${by} deleted this message.`,
  whole: (lines: number): string => `Show all ${lines} lines`,
  commandsHint: "Type / for commands, Tab completes names.",
  lines: (count: number): string => `${count} lines. Enter sends them, Shift-Enter adds one.`,
  /** On a device without a keyboard. */
  linesByTouch: (count: number): string => `${count} lines. They are sent as one message.`,
  notHere: "This command is for terminals; the page has no use for it.",
  away: "away",
  typing: (names: string, count: number): string => `${names} ${count === 1 ? "is" : "are"} typing`,
  manyTyping: "Several people are typing",
  reactTo: (name: string): string => `React to the message of ${name}`,
  reaction: (text: string, count: number, names: string): string =>
    `${text}, ${count === 1 ? "from" : `${count} times, from`} ${names}`,
} as const;

/** What can be done with a person. `ranks` by the symbol. */
export const PAGE_PERSON = {
  ranks: {
    "~": "owner",
    "&": "admin",
    "@": "operator",
    "%": "half-operator",
    "+": "may speak",
  } as Readonly<Record<string, string>>,
  write: "Write privately",
  mention: "Mention",
  about: "Who is this?",
  hide: "Hide messages",
  unhide: "Show messages again",
  op: "Make operator",
  deop: "Take operator rights",
  voice: "Give the right to speak",
  devoice: "Take the right to speak",
  mute: "Mute",
  unmute: "Unmute",
  kick: "Remove from the room",
  ban: "Ban from the room",
  kickReason: "Reason (others see it)",
} as const;

export const PAGE_SEARCH = {
  text: "Words to search for",
  in: (place: string): string => `Search in ${place}`,
  go: "Search",
  count: (count: number): string => plural(count, "message") + " found",
} as const;

export const PAGE_ACCOUNT = {
  none: (name: string): string =>
    `You have no account. With one, the username ${name} stays yours, and private messages wait ` +
    "for you.",
  is: (account: string): string => `You are logged in as ${account}.`,
  register: "Register this username",
  logIn: "Log in",
  logOut: "Log out",
  account: "Account",
  password: "Password",
  again: "The same password again",
  newPassword: "New password",
  change: "Change the password",
  different: "The passwords are different.",
} as const;

export const PAGE_SETTINGS = {
  name: "Username",
  rename: "Change",
  theme: "Colours",
  themes: { auto: "As the device", light: "Light", dark: "Dark" },
  clock: "Time",
  clocks: { "24": "24 hours", "12": "12 hours" },
  sound: "Sound for messages to you",
  notify: "Notifications for messages to you",
  typing: "Show others that you are typing",
  /** Why there are no notifications. */
  noNotifyPlain: "Browsers show notifications only for encrypted pages.",
  noNotifyHere: "This browser has no notifications for pages.",
  notifyDenied: "Notifications are blocked in this browser. Its settings for this page allow them.",
} as const;

/** What a screen reader says about new messages. */
export const PAGE_ANNOUNCES = {
  message: (from: string, text: string): string => `${from}: ${text}`,
  messages: (count: number): string => plural(count, "new message"),
} as const;

/** The title of the window. */
export const PAGE_TITLE = {
  of: (place: string): string => `${place} - Chat`,
  unread: (count: number, title: string): string => `(${count}) ${title}`,
} as const;
