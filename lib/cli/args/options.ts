/**
 * The table of subcommands and options, from which the parser, the help, the shell completions and
 * the lists in the documents come. A new option is one row here and its use in `parse.ts`; a
 * setting of the server needs none, because its option comes from the table of settings.
 * @module
 */

import { BELL_CHOICES, COLOR_CHOICES } from "../../client/settings.ts";
import { type Setting, SETTINGS } from "../../server/settings/config.ts";

const NAMES = [
  ...["serve", "join", "user", "invite", "export", "hash-password"] as const,
  ...["help", "version", "completions"] as const,
];

export type SubcommandName = typeof NAMES[number];

export type Subcommand = {
  readonly name: SubcommandName;
  readonly summary: string;
  /** The first argument that is no option. */
  readonly operand?: Operand;
  /** The argument after it. */
  readonly second?: Operand;
  /** The error for any argument, which may be a secret and is not repeated. */
  readonly noArguments?: string;
  readonly options: readonly Option[];
  readonly examples: readonly (readonly [line: string, meaning: string])[];
};

/** An argument that is no option. */
type Operand = {
  readonly placeholder: string;
  readonly required: boolean;
  readonly meaning: string;
  /** All that it can be, if that is known. */
  readonly words?: readonly string[];
};

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

export type OptionValue = {
  readonly placeholder: string;
  /** How a shell completes it; a list holds the words that it offers. */
  readonly complete: "file" | "directory" | "nothing" | readonly string[];
};

/**
 * A row for an option. `usage` is its name, and a placeholder if it takes a value: FILE and DIR are
 * completed as such, others by `words`.
 */
function option(
  group: string,
  usage: string,
  meaning: string,
  { words, ...more }: Partial<Option> & { readonly words?: readonly string[] } = {},
): Option {
  const [name = "", placeholder] = usage.split(" ");
  const row = { name, meaning, group, ...more };
  if (placeholder === undefined) return row;
  const paths: Partial<Record<string, OptionValue["complete"]>> = {
    FILE: "file",
    DIR: "directory",
  };
  return { ...row, value: { placeholder, complete: words ?? paths[placeholder] ?? "nothing" } };
}

const PLAIN = "Options";
const SERVER = "The server";
const ENCRYPTION = "Encryption";
const LOOKS = "On a terminal (the settings file has the defaults)";

/** The headings of the server's settings, by the first part of their paths. */
const GROUPS: Readonly<Record<string, string>> = {
  tls: ENCRYPTION,
  accounts: "Accounts",
  history: "History",
  limits: "Limits (0 switches one off)",
};

const DATA = option(PLAIN, "data DIR", "The server's data, where it is not in the usual place.");

function settingOption(setting: Setting): Option {
  const { path, flag, placeholder, meaning, type } = setting;
  const [part = "", ...inner] = path.split(".");
  const group = inner.length === 0 ? SERVER : GROUPS[part] ?? "Other";
  const excludes = path === "data" ? ["ephemeral"] : part === "tls" ? ["no-tls"] : [];
  return type.kind === "boolean"
    ? option(group, flag, meaning, { negatable: true, excludes, setting })
    : option(group, `${flag} ${placeholder}`, meaning, { excludes, setting });
}

/** The options of `chat` itself, and of every command. */
export const GENERAL_OPTIONS: readonly Option[] = [
  option("General", "help", "Show this help.", { short: "h" }),
  option("General", "version", "Show the version.", { short: "V" }),
];

const ROWS: readonly (Omit<Subcommand, "options" | "examples"> & Partial<Subcommand>)[] = [
  {
    name: "serve",
    summary: "Open a chat room on this machine.",
    options: [
      option(SERVER, "config FILE", "Read settings from a JSON file; options win over it."),
      ...SETTINGS.flatMap((setting) =>
        setting.path === "data"
          ? [settingOption(setting), option(SERVER, "ephemeral", "Keep nothing on disk.")]
          : [settingOption(setting)]
      ),
      option(ENCRYPTION, "no-tls", "No encrypted connections."),
      option("Log", "log FORMAT", "How log lines look: text (default) or json.", {
        words: ["text", "json"],
      }),
      option("Log", "no-log-messages", "Leave out of the log what people say."),
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
      meaning: "The server, an irc:// or ircs:// address (an invitation too), or a short name " +
        "from the settings file; asked for where it is left out.",
    },
    options: [
      option(PLAIN, "name NAME", "The username to take, instead of being asked for it."),
      option(PLAIN, "password-file FILE", "Give the server the password in this file."),
      option(
        PLAIN,
        "account NAME",
        "Log in to this account, with --account-password-file; also the username without --name.",
      ),
      option(
        PLAIN,
        "account-password-file FILE",
        "The password of --account. To be asked for one, leave both out and type /login.",
      ),
      option(PLAIN, "plain", "Plain lines in and out, even on a terminal.", { excludes: ["json"] }),
      option(PLAIN, "json", "One event a line, as JSON, for programs.", { excludes: ["plain"] }),
      option(
        ENCRYPTION,
        "fingerprint SHA256:...",
        "Enter only if the server's certificate has this fingerprint.",
        { excludes: ["ca", "no-tls"] },
      ),
      option(
        ENCRYPTION,
        "trust-new",
        "Trust a server that is new here without a question; never one that has changed.",
        { excludes: ["no-tls"] },
      ),
      option(
        ENCRYPTION,
        "ca FILE",
        "Trust the certificate in this file (PEM), or those that it vouches for.",
        { excludes: ["no-tls"] },
      ),
      option(ENCRYPTION, "no-tls", "Don't encrypt: what is said can be read on the network."),
      option(
        ENCRYPTION,
        "insecure-password",
        "Send a password itself without a question, also where others can hear it.",
      ),
      option(
        LOOKS,
        "color WHEN",
        "Colours: auto (where the terminal has them and NO_COLOR is not set), always or never.",
        { words: COLOR_CHOICES },
      ),
      option(
        LOOKS,
        "time-format FORMAT",
        "How times look: 12, 24 or a pattern such as HH:mm.",
        { words: ["12", "24"] },
      ),
      option(
        LOOKS,
        "bell WHEN",
        "For what the bell rings: mention (your name, and private messages), all messages, or never.",
        { words: BELL_CHOICES },
      ),
      option(LOOKS, "typing", "Tell the others when you are typing.", { negatable: true }),
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
    options: [option(PLAIN, "off", "With op: make it an operator no longer."), DATA],
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
      option(
        PLAIN,
        "for NAME",
        "The username that it is for; anyone's, where it is left out.",
      ),
      option(
        PLAIN,
        "days N",
        "For how many days it counts [7]; 0: until it is used up or revoked.",
      ),
      option(PLAIN, "uses N", "How often it opens the door [1]; 0: without end."),
      option(
        PLAIN,
        "host HOST[:PORT]",
        "Where the other one reaches the server; else this machine's address.",
      ),
      option(
        PLAIN,
        "config FILE",
        "The server's configuration, for its ports while it does not run.",
      ),
      option(PLAIN, "plain", "The server does not encrypt: what is sent can be read on the way."),
      DATA,
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
      option(
        PLAIN,
        "since WHEN",
        "Only from this time on: 2026-11-22, 2026-11-22T18:30, or 3d for three days ago.",
      ),
      option(PLAIN, "until WHEN", "Only before this time; of a day, up to its end."),
      option(
        PLAIN,
        "format FORMAT",
        "text (default), json (one object a line), or html (a web page).",
        { words: ["text", "json", "html"] },
      ),
      DATA,
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
      words: NAMES,
    },
  },
  { name: "version", summary: "Show the version." },
  {
    name: "completions",
    summary: "Print a script that teaches a shell to complete chat's options.",
    operand: {
      placeholder: "SHELL",
      required: true,
      meaning: "The shell: bash, zsh or fish.",
      words: ["bash", "zsh", "fish"],
    },
    examples: [
      ['eval "$(chat completions bash)"', "In ~/.bashrc."],
      ["chat completions zsh > ~/.zfunc/_chat", "In a directory of zsh's fpath."],
      ["chat completions fish | source", "In ~/.config/fish/config.fish."],
    ],
  },
];

/** The subcommands, the most needed first. */
export const SUBCOMMANDS: readonly Subcommand[] = ROWS.map((row) => ({
  examples: [],
  ...row,
  options: [...row.options ?? [], ...GENERAL_OPTIONS],
}));

export function commandNamed(name: string): Subcommand | undefined {
  return SUBCOMMANDS.find((command) => command.name === name);
}

/** All spellings of an option: `["--plain"]`, `["-h", "--help"]`, `["--x", "--no-x"]`. */
export function spellings({ name, short, negatable }: Option): string[] {
  return [
    ...(short === undefined ? [] : [`-${short}`]),
    `--${name}`,
    ...(negatable ? [`--no-${name}`] : []),
  ];
}
