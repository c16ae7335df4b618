/**
 * The help of the commands, their options and the server's settings.
 * @module
 */

/** What the help shows around its tables. */
export const HELP = {
  title: "A chat room for everyone on the network.",
  /** `chat` alone. */
  first: {
    serve: "open a chat room on this machine",
    join: "enter the chat room of another machine",
    more: "All commands: chat help",
  },
  usage: (usage: string): string => `Usage: chat ${usage} [OPTION]...`,
  commands: "Commands:",
  aboutOne: "More about a command: chat help COMMAND",
  aboutStatus: "What the exit status means: chat help exit-status",
  exitStatus: "Exit status:",
  exitStatuses: [
    ["0", "success"],
    ["1", "failure"],
    ["2", "the command line is wrong"],
    ["3", "the username was refused, and nobody could be asked for another"],
    ["128 + N", "ended by the signal with number N, such as 143 for SIGTERM"],
  ],
  examples: "Examples:",
  yes: "yes",
  no: "no",
  none: "none",
} as const;

/** The headings that options stand under. */
export const OPTION_GROUPS = {
  general: "General",
  plain: "Options",
  server: "The server",
  encryption: "Encryption",
  web: "For browsers",
  cluster: "Several servers as one",
  accounts: "Accounts",
  history: "History",
  limits: "Limits (0: no limit)",
  log: "Log",
  looks: "On a terminal (the settings file has the defaults)",
} as const;

/** The help of each command: a line for the list, and what else there is to say. */
export const COMMAND_HELP = {
  serve: {
    summary: "Open a chat room on this machine.",
    examples: [
      ["chat serve", "Open a chat room, and show how others join it."],
      ["chat serve --port 7000 --motd 'Be kind.'", "Use another port, and show a greeting."],
      ["chat serve --config chat.json", "Read the settings from a file."],
    ],
  },
  join: {
    summary: "Enter a chat room.",
    operand:
      "The server, an irc:// or ircs:// address (also an invitation), or a short name from " +
      "the settings file. Several servers of one chat are separated by commas. Without it, the rooms on the local network are listed, and you are " +
      "asked for the server.",
    examples: [
      ["chat join", "Choose one of the rooms on this network, or type an address."],
      ["chat join localhost", "Enter the chat room on this machine."],
      ["chat join chat.example/music", "Enter the room #music on another machine."],
      ["make 2>&1 | chat join localhost --name ci", "Send the output of a program to a room."],
    ],
  },
  find: {
    summary: "List the rooms on the local network.",
    about: "Anybody can announce a room. chat join checks the server's fingerprint as always.",
    examples: [
      ["chat find", "List the rooms, and how to join them."],
      ["chat find --json --wait 3", "The same for a program, after three seconds."],
    ],
  },
  user: {
    summary: "Manage the accounts of a server on this machine.",
    about: "The server need not be running.",
    operand: "list, add, delete, password (set a new one), or op (make it an operator).",
    second: "The account.",
    examples: [
      ["chat user list", "Show all accounts."],
      ["chat user add Gamze", "Create an account; asks for its password."],
      ["chat user op Gamze", "Make Gamze an operator of the server."],
    ],
  },
  invite: {
    summary: "Invite someone to a server on this machine.",
    about: "Prints the command that the invited person types. The server need not be running.",
    operand: "list or revoke. Without it, a new invitation is made.",
    second: "The invitation to revoke, as list shows it.",
    examples: [
      ["chat invite", "Invite one person; valid for a week."],
      ["chat invite --for Deniz --host chat.example", "Invite Deniz, to this name of the machine."],
      ["chat invite revoke K7PQ", "Revoke an invitation."],
    ],
  },
  export: {
    summary: "Print the history of a room.",
    about: "The server must be on this machine. It need not be running.",
    operand: "The room, with or without its #.",
    examples: [
      ["chat export lobby", "Print everything that is kept of #lobby, as text."],
      ["chat export lobby --since 1w --format html > week.html", "Make a web page of a week."],
    ],
  },
  backup: {
    summary: "Write a server's data to a file.",
    about: "The server may be running. The file contains keys, and everything that was said.",
    operand: "The file to write. It is replaced if it is there.",
    examples: [
      ["chat backup monday.tar", "Back up the server on this machine."],
      ["tar -tf monday.tar", "See what is in it."],
    ],
  },
  restore: {
    summary: "Set a server up from a backup.",
    about: "The directory for the data must not have any yet.",
    operand: "The file that chat backup wrote.",
    examples: [
      ["chat restore monday.tar", "Put the data where chat serve looks for it."],
      ["chat restore monday.tar --data trial", "Put it into another directory."],
    ],
  },
  cluster: {
    summary: "Show how several servers that are one chat are doing.",
    about: "Asks all of them. The NATS servers are those of the server on this machine, or given.",
    operand: "status.",
    examples: [
      ["chat cluster status", "Show the servers, the NATS servers, and whether all agree."],
      ["chat cluster status --cluster nats://10.0.0.5:4222", "Ask from another machine."],
    ],
  },
  "hash-password": {
    summary: "Hash a password for the server's configuration.",
    noArguments:
      "chat hash-password takes no arguments, because others could see a password there. It asks " +
      "for the password, or reads it from standard input.",
    examples: [
      ["chat hash-password", "Ask for a password, and print its hash."],
      ["chat hash-password > FILE; chat serve --password-file FILE", "Give the server the hash."],
    ],
  },
  help: {
    summary: "Explain a command.",
    operand: "The command to explain. Without it, all commands are listed.",
  },
  version: { summary: "Show the version." },
  completions: {
    summary: "Print a script that completes commands in a shell.",
    operand: "The shell: bash, zsh or fish.",
    examples: [
      ['eval "$(chat completions bash)"', "For bash, in ~/.bashrc."],
      ["chat completions zsh > ~/.zfunc/_chat", "For zsh, in a directory of its fpath."],
      ["chat completions fish | source", "For fish, in ~/.config/fish/config.fish."],
    ],
  },
} as const;

const DATA = "The directory with the server's data, if it is not the usual one.";

/** What each option means that is not a setting of the server, by command. */
export const OPTION_HELP = {
  general: {
    help: "Show this help.",
    version: "Show the version.",
  },
  serve: {
    config: "Read settings from this JSON file. Options take precedence.",
    ephemeral: "Keep nothing on disk.",
    "no-tls": "Accept no encrypted connections.",
    "no-web": "Serve no page for browsers.",
    "no-cluster": "Be a server of its own.",
    log: "The format of the log: text (default) or json.",
    "no-log-messages": "Leave out of the log what people say.",
  },
  join: {
    name: "Your username. Without it, you are asked for one.",
    title: "Enter the room with this title on the local network.",
    find: "If no server is given, look for rooms on the local network.",
    "password-file": "The file with the password of the server.",
    "room-key-file": "The file with the key of the room.",
    account: "Log in to this account; needs --account-password-file. It is also your username if " +
      "there is no --name.",
    "account-password-file": "The file with the password of --account. To type the password " +
      "instead, leave out both options, and type /login in the chat.",
    plain: "Read and write plain lines, even on a terminal; for screen readers.",
    json: "Write one event per line, as JSON, for programs.",
    quiet: "Show nothing but errors; for pipes.",
    fingerprint: "Enter only if the server's certificate has this fingerprint.",
    "trust-new": "Trust a server that you have not used before without a question, but never one " +
      "whose certificate has changed.",
    ca: "Trust the certificate in this file (PEM), and those that it has signed.",
    "no-tls": "Do not encrypt. Others on the network can read what you send.",
    "insecure-password": "Send a password without a question, even if others can read it.",
    color: "When to use colours: auto (if the terminal has them and NO_COLOR is not set), always " +
      "or never.",
    "time-format": "How times look: 12, 24 or a pattern such as HH:mm.",
    bell: "When the bell rings: mention (for your name and private messages), all (for every " +
      "message) or never.",
    typing: "Tell the others when you are typing.",
  },
  find: {
    json: "Write one room per line, as JSON, for programs.",
    wait: "How long to wait for answers [1].",
  },
  user: {
    off: "With op: the account is no longer an operator.",
    data: DATA,
  },
  invite: {
    for: "The username that the invitation is for. Without it, anyone can use it.",
    days: "For how many days it is valid [7]; 0: until it is used up or revoked.",
    uses: "How many times it can be used [1]; 0: any number of times.",
    host: "The address at which others reach the server, if it is not this machine's own.",
    config: "The server's configuration file, for its ports if it is not running.",
    plain: "Invite to the port without encryption. Others on the network can read what is sent.",
    data: DATA,
  },
  export: {
    since: "Print only messages from this time on: 2026-11-22, 2026-11-22T18:30, or 3d for three " +
      "days ago.",
    until: "Print only messages before this time, or up to the end of this day.",
    format: "text (default), json (one object per line) or html (a web page).",
    data: DATA,
  },
  backup: { data: DATA },
  cluster: { json: "Write it as JSON, for programs.", data: DATA },
  restore: { data: "The directory for the server's data, if it is not the usual one." },
} as const;

/** What each setting of the server means, by its key. */
export const SETTING_HELP = {
  host: "The address to listen on.",
  port: "The port to listen on; 0: any free port.",
  plain: "Also accept connections without encryption.",
  name: "The server's name on the network.",
  title: "What the room is called: others find it by this, and IRC programs show it as one word.",
  announce: "Announce the room on the local network, so that others find it.",
  description: "One line that says what this server is.",
  motd: "The message of the day, which people see when they enter.",
  lobby: "The room that everyone enters first.",
  data: "The directory for the server's data; auto: the usual one of this system.",
  password: "The password that people need to enter, or its hash.",
  opers: "The operators of the server, and their passwords.",
  "tls.port": "The port for encrypted connections.",
  "tls.cert": "The server's certificate and its chain, as PEM.",
  "tls.key": "The private key of the certificate, as PEM.",
  "tls.stsSeconds": "How long programs must remember to use encryption; 0: they need not. Only " +
    "with a certificate of your own.",
  "web.port": "The port of the page for browsers, with and without encryption.",
  "web.origins": "Addresses of other pages that may connect, such as https://chat.example.org.",
  "web.trustedProxies": "The proxies that may tell the address of a visitor.",
  "web.metrics": "Addresses besides this machine's that may read /metrics and /healthz.",
  "cluster.servers": "The NATS servers that connect several servers to one chat, such as " +
    "nats://10.0.0.5:4222.",
  "cluster.node": "What this server is called among them.",
  "cluster.address": "The address at which people reach this server.",
  "cluster.credentials": "A file with USER:PASSWORD or a token for NATS.",
  "cluster.ca": "The certificate that those of the NATS servers are signed with, as PEM.",
  "accounts.registration": "Let people register their usernames.",
  "accounts.beforeConnect": "Let people register a username before they enter with it.",
  "accounts.emailRequired": "Require an e-mail address to register. The server can't send mail " +
    "yet, so nobody can register.",
  "accounts.required": "Let in only people with an account or an invitation.",
  "history.limit": "How many old messages a program gets at once.",
  "history.days": "For how many days messages are kept; 0: for ever.",
  "history.perChannel": "How many messages of each room are kept; 0: all.",
  "history.onJoin": "How many old messages people see when they enter a room.",
  "limits.connections": "Connections in total.",
  "limits.connectionsPerIp": "Connections from one address.",
  "limits.connectionsPerMinute": "New connections from one address in a minute.",
  "limits.unregistered": "Connections without a username.",
  "limits.registrationTimeoutSeconds": "How long a connection can be without a username.",
  "limits.pingSeconds": "How long a connection can be silent before the server checks it.",
  "limits.returnSeconds":
    "How long a user whose connection broke stays, so that its client can come back.",
  "limits.messagesPerSecond": "Messages a second from one connection, on average.",
  "limits.burst": "Messages that one connection can send at once.",
  "limits.nickChangesPerMinute": "How many times a minute someone can change their username.",
  "limits.channels": "Rooms in total.",
  "limits.channelsPerUser": "Rooms that one person can be in.",
  "limits.listEntries": "Entries in one list of a room, such as its bans.",
  "limits.sendQueueBytes": "How much can wait for a slow reader before its connection is closed.",
  "limits.exempt":
    "Addresses, such as a proxy's, to which the limits for one address do not apply.",
} as const;

/** What a value of a setting must be, as the end of a sentence. */
export const SETTING_VALUES = {
  line: "one line of text",
  title: "a line of at most 63 bytes, without spaces around it",
  text: "text",
  room: 'the name of a room, such as "#lobby"',
  file: "the path of a file",
  directory: 'the path of a directory, or "auto"',
  address: 'an address of this machine, such as "127.0.0.1" or "::1"',
  host: 'a host name with a dot in it, such as "chat.example.org"',
  word: "a name without spaces",
  boolean: "true or false",
  atLeast: (min: number): string => `a whole number of at least ${min}`,
  between: (min: number, max: number): string => `a whole number from ${min} to ${max}`,
  opers: 'a list such as [{ "name": "root", "password": "..." }]',
  addresses: "a list of addresses and ranges, such as 192.0.2.7 and 2001:db8::/32",
  engines: "a list of addresses without passwords, such as nats://10.0.0.5:4222",
  node: "a name of letters, digits and hyphens",
  contact: 'an address of this machine, such as "10.0.0.5" or "chat.example.org"',
  origins: "a list of origins, such as https://chat.example.org and http://10.0.0.7:8080",
} as const;

/** What null means for a setting. */
export const SETTING_NULLS = {
  none: "none",
  ownCertificate: "the server makes its own",
  notKept: "nothing is kept on disk",
  allAddresses: "all addresses, IPv4 and IPv6",
  machine: "this machine's name",
  networkAddress: "this machine's address on its network",
} as const;
