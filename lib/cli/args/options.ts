/**
 * Every subcommand and option in one table: the parser, the help, the shell completions and the
 * documents' lists all come from it. A new option is one row here (and its use in `parse.ts`); a new
 * setting of the server needs none, because its option comes from the table of settings.
 *
 * @module
 */

import { BELL_CHOICES, COLOR_CHOICES } from "../../client/settings.ts";
import { type Setting, SETTINGS } from "../../server/settings/config.ts";

/** A subcommand of `chat`. */
export type Subcommand = {
  readonly name: SubcommandName;
  /** One sentence. */
  readonly summary: string;
  /** What can stand after the command, but for options. */
  readonly operand?: Operand;
  /** What can stand behind that. */
  readonly second?: Operand;
  /** What is said to whoever gives it an argument, which may be a secret and is not repeated. */
  readonly noArguments?: string;
  readonly options: readonly Option[];
  /** Subcommand lines with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
};

/** The names of the subcommands. */
export type SubcommandName =
  | "serve"
  | "join"
  | "user"
  | "invite"
  | "export"
  | "hash-password"
  | "help"
  | "version"
  | "completions";

/** The argument of a command that is no option. */
export type Operand = {
  readonly placeholder: string;
  readonly required: boolean;
  readonly meaning: string;
  /** All that it can be, where that is known. */
  readonly words?: readonly string[];
};

/** One option of a subcommand. */
export type Option = {
  /** Without the dashes. */
  readonly name: string;
  /** A single letter. */
  readonly short?: string;
  /** Absent: a switch, which takes no value. */
  readonly value?: OptionValue;
  /** Whether the switch also exists as `--no-NAME`, for the opposite. */
  readonly negatable?: boolean;
  /** The names of options that contradict it. */
  readonly excludes?: readonly string[];
  readonly meaning: string;
  /** The heading in the help that it stands under. */
  readonly group: string;
  /** The server's setting that it gives, and that tells what its value must be. */
  readonly setting?: Setting;
};

/** What stands after an option. */
export type OptionValue = {
  readonly placeholder: string;
  /** How a shell completes it; a list holds the words that it offers. */
  readonly complete: "file" | "directory" | "nothing" | readonly string[];
};

const HELP: Option = {
  name: "help",
  short: "h",
  meaning: "Show this help.",
  group: "General",
};

const VERSION: Option = {
  name: "version",
  short: "V",
  meaning: "Show the version.",
  group: "General",
};

const EPHEMERAL: Option = {
  name: "ephemeral",
  meaning: "Keep nothing on disk.",
  group: "The server",
};

const DATA: Option = {
  name: "data",
  value: { placeholder: "DIR", complete: "directory" },
  meaning: "The server's data, where it is not in the usual place.",
  group: "Options",
};

const GROUPS: Readonly<Record<string, string>> = {
  tls: "Encryption",
  accounts: "Accounts",
  history: "History",
  limits: "Limits (0 switches one off)",
};

/** The options of `chat join` that the settings file has too. */
const LOOKS = "On a terminal (the settings file has the defaults)";

function settingOption(setting: Setting): Option {
  const { path, flag, placeholder, meaning, type } = setting;
  const dot = path.indexOf(".");
  const group = dot < 0 ? "The server" : GROUPS[path.slice(0, dot)] ?? "Other";
  const excludes = path === "data" ? ["ephemeral"] : path.startsWith("tls.") ? ["no-tls"] : [];
  const shared = { name: flag, meaning, group, excludes, setting };
  if (type.kind === "boolean") return { ...shared, negatable: true };
  const complete = placeholder === "FILE"
    ? "file"
    : placeholder === "DIR"
    ? "directory"
    : "nothing";
  return { ...shared, value: { placeholder, complete } };
}

/** The subcommands, the most needed first. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: "serve",
    summary: "Open a chat room on this machine.",
    options: [
      {
        name: "config",
        value: { placeholder: "FILE", complete: "file" },
        meaning: "Read settings from a JSON file; options win over it.",
        group: "The server",
      },
      ...SETTINGS.flatMap((setting) =>
        setting.path === "data" ? [settingOption(setting), EPHEMERAL] : [settingOption(setting)]
      ),
      {
        name: "no-tls",
        meaning: "No encrypted connections.",
        group: "Encryption",
      },
      {
        name: "log",
        value: { placeholder: "FORMAT", complete: ["text", "json"] },
        meaning: "How log lines look: text (default) or json.",
        group: "Log",
      },
      {
        name: "no-log-messages",
        meaning: "Leave out of the log what people say.",
        group: "Log",
      },
      HELP,
      VERSION,
    ],
    examples: [
      ["chat serve", "Open a chat room; shows how others join."],
      ["chat serve --port 7000 --motd 'Be kind.'", "On another port, with a greeting."],
      ["chat serve --config chat.json", "With the settings in a file."],
    ],
  },
  {
    name: "join",
    summary: "Enter a chat room.",
    operand: {
      placeholder: "HOST[:PORT][/ROOM]",
      required: false,
      meaning:
        "The server, an irc:// or ircs:// address (an invitation too), or a short name from the settings file; " +
        "asked for where it is left out.",
    },
    options: [
      {
        name: "name",
        value: { placeholder: "NAME", complete: "nothing" },
        meaning: "The username to take, instead of being asked for it.",
        group: "Options",
      },
      {
        name: "password-file",
        value: { placeholder: "FILE", complete: "file" },
        meaning: "Give the server the password in this file.",
        group: "Options",
      },
      {
        name: "account",
        value: { placeholder: "NAME", complete: "nothing" },
        meaning:
          "Log in to this account, with --account-password-file; also the username without --name.",
        group: "Options",
      },
      {
        name: "account-password-file",
        value: { placeholder: "FILE", complete: "file" },
        meaning: "The password of --account. To be asked for one, leave both out and type /login.",
        group: "Options",
      },
      {
        name: "plain",
        excludes: ["json"],
        meaning: "Plain lines in and out, even on a terminal.",
        group: "Options",
      },
      {
        name: "json",
        excludes: ["plain"],
        meaning: "One event a line, as JSON, for programs.",
        group: "Options",
      },
      {
        name: "fingerprint",
        value: { placeholder: "SHA256:...", complete: "nothing" },
        excludes: ["ca", "no-tls"],
        meaning: "Enter only if the server's certificate has this fingerprint.",
        group: "Encryption",
      },
      {
        name: "trust-new",
        excludes: ["no-tls"],
        meaning: "Trust a server that is new here without a question; never one that has changed.",
        group: "Encryption",
      },
      {
        name: "ca",
        value: { placeholder: "FILE", complete: "file" },
        excludes: ["no-tls"],
        meaning: "Trust the certificate in this file (PEM), or those that it vouches for.",
        group: "Encryption",
      },
      {
        name: "no-tls",
        meaning: "Don't encrypt: what is said can be read on the network.",
        group: "Encryption",
      },
      {
        name: "insecure-password",
        meaning: "Send a password itself without a question, also where others can hear it.",
        group: "Encryption",
      },
      {
        name: "color",
        value: { placeholder: "WHEN", complete: COLOR_CHOICES },
        meaning: "Colours: auto (where the terminal has them and NO_COLOR is not set), always " +
          "or never.",
        group: LOOKS,
      },
      {
        name: "time-format",
        value: { placeholder: "FORMAT", complete: ["12", "24"] },
        meaning: "How times look: 12, 24 or a pattern such as HH:mm.",
        group: LOOKS,
      },
      {
        name: "bell",
        value: { placeholder: "WHEN", complete: BELL_CHOICES },
        meaning: "For what the bell rings: mention (your name, and private messages), all " +
          "messages, or never.",
        group: LOOKS,
      },
      {
        name: "typing",
        negatable: true,
        meaning: "Tell the others when you are typing.",
        group: LOOKS,
      },
      HELP,
      VERSION,
    ],
    examples: [
      ["chat join localhost", "Enter the chat room on this machine."],
      ["chat join chat.example/music", "Enter the room #music on another machine."],
      ["make 2>&1 | chat join localhost --name ci", "Tell a room what a program says."],
    ],
  },
  {
    name: "user",
    summary: "Look after the accounts of a server on this machine, running or not.",
    operand: {
      placeholder: "ACTION",
      required: true,
      meaning: "list, add, delete, password (set a new one), or op (make it an operator).",
      words: ["list", "add", "delete", "password", "op"],
    },
    second: { placeholder: "NAME", required: false, meaning: "The account." },
    options: [
      { name: "off", meaning: "With op: make it an operator no longer.", group: "Options" },
      DATA,
      HELP,
      VERSION,
    ],
    examples: [
      ["chat user list", "Show who owns a name."],
      ["chat user add Gamze", "Make an account; asks for its password."],
      ["chat user op Gamze", "Gamze runs the server, whenever logged in."],
    ],
  },
  {
    name: "invite",
    summary: "Invite someone to a server on this machine, and print how to join it.",
    operand: {
      placeholder: "ACTION",
      required: false,
      meaning: "list or revoke; a new invitation where it is left out.",
      words: ["list", "revoke"],
    },
    second: { placeholder: "ID", required: false, meaning: "Which one to revoke, as list shows." },
    options: [
      {
        name: "for",
        value: { placeholder: "NAME", complete: "nothing" },
        meaning: "The username that it is for; anyone's, where it is left out.",
        group: "Options",
      },
      {
        name: "days",
        value: { placeholder: "N", complete: "nothing" },
        meaning: "For how many days it counts [7]; 0: until it is used up or revoked.",
        group: "Options",
      },
      {
        name: "uses",
        value: { placeholder: "N", complete: "nothing" },
        meaning: "How often it opens the door [1]; 0: without end.",
        group: "Options",
      },
      {
        name: "host",
        value: { placeholder: "HOST[:PORT]", complete: "nothing" },
        meaning: "Where the other one reaches the server; else this machine's address.",
        group: "Options",
      },
      {
        name: "config",
        value: { placeholder: "FILE", complete: "file" },
        meaning: "The server's configuration, for its ports while it does not run.",
        group: "Options",
      },
      {
        name: "plain",
        meaning: "The server does not encrypt: what is sent can be read on the way.",
        group: "Options",
      },
      DATA,
      HELP,
      VERSION,
    ],
    examples: [
      ["chat invite", "Invite one person within a week."],
      ["chat invite --for Deniz --host chat.example", "Deniz, with the name of the machine."],
      ["chat invite revoke K7PQ", "Take one back."],
    ],
  },
  {
    name: "export",
    summary: "Write what was said in a room of a server on this machine, running or not.",
    operand: { placeholder: "ROOM", required: true, meaning: "The room, with or without its #." },
    options: [
      {
        name: "since",
        value: { placeholder: "WHEN", complete: "nothing" },
        meaning: "Only from this time on: 2026-11-22, 2026-11-22T18:30, or 3d for three days ago.",
        group: "Options",
      },
      {
        name: "until",
        value: { placeholder: "WHEN", complete: "nothing" },
        meaning: "Only before this time; of a day, up to its end.",
        group: "Options",
      },
      {
        name: "format",
        value: { placeholder: "FORMAT", complete: ["text", "json", "html"] },
        meaning: "text (default), json (one object a line), or html (a web page).",
        group: "Options",
      },
      DATA,
      HELP,
      VERSION,
    ],
    examples: [
      ["chat export lobby", "All that is kept of #lobby, as lines of text."],
      ["chat export lobby --since 1w --format html > week.html", "The last week as a web page."],
    ],
  },
  {
    name: "hash-password",
    summary: "Turn a password into a hash for the server's configuration.",
    noArguments: "chat hash-password takes no argument, as others could see a password there: it " +
      "asks for it, or reads it from standard input.",
    options: [HELP, VERSION],
    examples: [
      ["chat hash-password", "Ask for the password, and print its hash."],
      [
        "chat hash-password > FILE; chat serve --password-file FILE",
        "The server knows only the hash.",
      ],
    ],
  },
  {
    name: "help",
    summary: "Explain a command.",
    operand: {
      placeholder: "COMMAND",
      required: false,
      meaning: "The command to explain; all of them where it is left out.",
      words: [
        "serve",
        "join",
        "user",
        "invite",
        "export",
        "hash-password",
        "help",
        "version",
        "completions",
      ],
    },
    options: [HELP, VERSION],
    examples: [],
  },
  {
    name: "version",
    summary: "Show the version.",
    options: [HELP, VERSION],
    examples: [],
  },
  {
    name: "completions",
    summary: "Print a script that teaches a shell to complete chat's options.",
    operand: {
      placeholder: "SHELL",
      required: true,
      meaning: "The shell: bash, zsh or fish.",
      words: ["bash", "zsh", "fish"],
    },
    options: [HELP, VERSION],
    examples: [
      ['eval "$(chat completions bash)"', "In ~/.bashrc."],
      ["chat completions zsh > ~/.zfunc/_chat", "In a directory of zsh's fpath."],
      ["chat completions fish | source", "In ~/.config/fish/config.fish."],
    ],
  },
];

/** The options of `chat` itself, before any command. */
export const GENERAL_OPTIONS: readonly Option[] = [HELP, VERSION];

/** The command of this name, if there is one. */
export function commandNamed(name: string): Subcommand | undefined {
  return SUBCOMMANDS.find((command) => command.name === name);
}

/** What is typed for an option, all of it: `["--plain"]`, `["-h", "--help"]`, `["--x", "--no-x"]`. */
export function spellings({ name, short, negatable }: Option): string[] {
  return [
    ...(short === undefined ? [] : [`-${short}`]),
    `--${name}`,
    ...(negatable ? [`--no-${name}`] : []),
  ];
}
