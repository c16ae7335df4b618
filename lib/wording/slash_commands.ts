/**
 * The help of the slash commands: one sentence each, and what `/help` says around them.
 * @module
 */

export const COMMAND_HELP = {
  away: "Marks you as away.",
  back: "Marks you as no longer away.",
  ban: "Keeps someone from speaking or entering, or lists them.",
  clear: "Clears the screen.",
  ctcp: "Asks someone's program for VERSION, TIME or a PING.",
  deop: "Takes away someone's right to run the room.",
  devoice: "Takes away the right to speak in a moderated room.",
  help: "Explains a command; /help all explains all of them.",
  history: "Shows older messages; first, shortened ones in full.",
  ignore: "Hides someone's messages; without a name, lists them.",
  invite: "Invites someone to the room.",
  join: "Enters another room; some rooms require a KEY.",
  kick: "Removes someone from the room.",
  list: "Lists the rooms, or those with TEXT in name or topic.",
  login: "Logs in to an account; asks for its password.",
  logout: "Logs out of your account.",
  me: "Says what you do: /me waves.",
  mode: "Shows or changes the modes of a room.",
  motd: "Shows the whole message of the day.",
  msg: "Sends a message to one person only.",
  mute: "Keeps someone from speaking; without a name, lists them.",
  nick: "Changes your username.",
  notice: "Sends a notice, which programs do not answer.",
  ns: "Sends a message to NickServ, which manages accounts.",
  op: "Gives someone the right to run the room.",
  oper: "Makes you an operator of the server.",
  part: "Leaves this room, or closes this conversation.",
  query: "Opens a private conversation with someone.",
  quit: 'Leaves the chat; so does a line that is just "exit".',
  raw: "Sends a line of the IRC protocol as it is.",
  react: "Reacts to the last message: /react +1.",
  register: "Makes your username your own; asks for a password.",
  rooms: "Lists the open rooms and private conversations.",
  save: "Saves what was said here to a file.",
  search: "Searches what was said here, if the server keeps it.",
  stop: "Stops sending the rest of what you pasted.",
  topic: "Shows or changes the topic; /topic - removes it.",
  unban: "Lifts someone's ban.",
  unignore: "Shows someone's messages again.",
  unmute: "Lets someone speak again.",
  version: "Shows the version of the server or someone's program.",
  voice: "Gives the right to speak in a moderated room.",
  who: "Shows who is in the chat room.",
  whois: "Shows what the server knows about someone.",
  whowas: "Shows what the server knew of someone who has left.",
} as const;

export const HELP_SAYS = {
  /** Follows the help of a command that has other names. */
  aliases: (names: readonly string[]): string =>
    names.length === 0 ? "" : ` Also: ${names.map((name) => `/${name}`).join(", ")}`,
  others: "/help COMMAND explains a command, /help all explains all. The others are:",
  keys: [
    "Keys: Tab completes; Up and Ctrl-R find what you said; Alt-Enter or Ctrl-J",
    "begins a line; Alt-1 to Alt-9 go to a room; Ctrl-C clears; Ctrl-D leaves.",
    "With a screen reader, start with: chat join HOST --plain",
  ],
} as const;
