/**
 * The table of subcommands and options, from which the parser, the help, the shell completions and
 * the lists in the documents come. Their texts are in `lib/wording/options.ts`. A new option is one
 * row here and its use in `parse.ts`; a setting of the server needs none, because its option comes
 * from the table of settings.
 * @module
 */

import { BELL_CHOICES, COLOR_CHOICES } from "../../client/settings.ts";
import { type Setting, SETTINGS, type Switch, SWITCHES } from "../../server/settings/config.ts";
import { COMMAND_HELP, OPTION_GROUPS, OPTION_HELP, SETTING_HELP } from "../../wording/options.ts";

const NAMES = [
  ...["serve", "join", "find", "user", "invite", "export"] as const,
  ...["backup", "restore", "cluster", "hash-password"] as const,
  ...["help", "version", "completions"] as const,
];

export type SubcommandName = typeof NAMES[number];

/** What `chat help` explains besides the commands. */
export const STATUS_TOPIC = "exit-status";

/** The texts of a command's help. */
type CommandHelp = {
  readonly summary: string;
  /** What the summary leaves out. */
  readonly about?: string;
  /** What the first argument means that is no option. */
  readonly operand?: string;
  /** The same for the second. */
  readonly second?: string;
  /** The error for any argument, which may be a secret and is not repeated. */
  readonly noArguments?: string;
  readonly examples?: readonly (readonly [line: string, meaning: string])[];
};

export type Subcommand = {
  readonly name: SubcommandName;
  readonly help: CommandHelp;
  /** The first argument that is no option. */
  readonly operand?: Operand;
  /** The argument after it. */
  readonly second?: Operand;
  readonly options: readonly Option[];
};

type Row = Omit<Subcommand, "help" | "options"> & Partial<Pick<Subcommand, "options">>;

/** An argument that is no option. */
export type Operand = {
  readonly placeholder: string;
  readonly required: boolean;
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
  /** The option without which it means nothing. */
  readonly needs?: string;
  /** The server's setting that it gives, and that tells what its value must be. */
  readonly setting?: Setting;
};

export type OptionValue = {
  readonly placeholder: string;
  /** How a shell completes it; a list holds the words that it offers. */
  readonly complete: "file" | "directory" | "nothing" | readonly string[];
};

/**
 * Returns a function that makes the rows of options whose meanings are in `help`. `usage` is the
 * option's name, and a placeholder if it takes a value: FILE and DIR are completed as such, others
 * by `words`.
 */
function optionsOf<Name extends string>(help: Readonly<Record<Name, string>>) {
  return (
    group: string,
    usage: Name | `${Name} ${string}`,
    more: Partial<Option> & { readonly words?: readonly string[] } = {},
  ): Option => {
    const [name] = usage.split(" ");
    return option(group, usage, help[name as Name], more);
  };
}

const PATHS: Partial<Record<string, OptionValue["complete"]>> = { FILE: "file", DIR: "directory" };

function option(
  group: string,
  usage: string,
  meaning: string,
  { words, ...more }: Partial<Option> & { readonly words?: readonly string[] },
): Option {
  const [name = "", placeholder] = usage.split(" ");
  const row = { name, meaning, group, ...more };
  if (placeholder === undefined) return row;
  return { ...row, value: { placeholder, complete: words ?? PATHS[placeholder] ?? "nothing" } };
}

const { plain: PLAIN, server: SERVER, encryption: ENCRYPTION, web: WEB, looks: LOOKS, log: LOG } =
  OPTION_GROUPS;

/** The headings of the server's settings, by the first part of their paths. */
const GROUPS: Readonly<Record<string, string>> = {
  tls: ENCRYPTION,
  web: WEB,
  cluster: OPTION_GROUPS.cluster,
  accounts: OPTION_GROUPS.accounts,
  history: OPTION_GROUPS.history,
  limits: OPTION_GROUPS.limits,
};

function settingOption(setting: Setting): Option {
  const { path, flag, placeholder, type } = setting;
  const [part = "", ...inner] = path.split(".");
  const group = inner.length === 0 ? SERVER : GROUPS[part] ?? SERVER;
  const isSwitch = SWITCHES.includes(part as Switch);
  const excludes = path === "data" ? ["ephemeral"] : isSwitch ? [`no-${part}`] : [];
  const meaning = SETTING_HELP[path];
  return type.kind === "boolean"
    ? option(group, flag, meaning, { negatable: true, excludes, setting })
    : option(group, `${flag} ${placeholder}`, meaning, { excludes, setting });
}

function settingOptions(...paths: readonly string[]): Option[] {
  return SETTINGS.filter(({ path }) => paths.includes(path)).map(settingOption);
}

const general = optionsOf(OPTION_HELP.general);
const serve = optionsOf(OPTION_HELP.serve);
const join = optionsOf(OPTION_HELP.join);
const finding = optionsOf(OPTION_HELP.find);
const user = optionsOf(OPTION_HELP.user);
const invite = optionsOf(OPTION_HELP.invite);
const exporting = optionsOf(OPTION_HELP.export);
const backup = optionsOf(OPTION_HELP.backup);
const restore = optionsOf(OPTION_HELP.restore);
const cluster = optionsOf(OPTION_HELP.cluster);

/** The options of `chat` itself, and of every command. */
export const GENERAL_OPTIONS: readonly Option[] = [
  general(OPTION_GROUPS.general, "help", { short: "h" }),
  general(OPTION_GROUPS.general, "version", { short: "V" }),
];

/** The rows of the commands, without what their help says. */
const ROWS: readonly Row[] = [
  {
    name: "serve",
    options: [
      serve(SERVER, "config FILE"),
      ...SETTINGS.flatMap((setting) =>
        setting.path === "data"
          ? [settingOption(setting), serve(SERVER, "ephemeral")]
          : [settingOption(setting)]
      ),
      serve(ENCRYPTION, "no-tls"),
      serve(WEB, "no-web"),
      serve(OPTION_GROUPS.cluster, "no-cluster"),
      serve(LOG, "log FORMAT", { words: ["text", "json"] }),
      serve(LOG, "no-log-messages"),
    ],
  },
  {
    name: "join",
    operand: { placeholder: "HOST[:PORT][/ROOM]", required: false },
    options: [
      join(PLAIN, "name NAME"),
      join(PLAIN, "title TEXT"),
      join(PLAIN, "find", { negatable: true }),
      join(PLAIN, "password-file FILE"),
      join(PLAIN, "room-key-file FILE"),
      join(PLAIN, "account NAME"),
      join(PLAIN, "account-password-file FILE"),
      join(PLAIN, "plain", { excludes: ["json"] }),
      join(PLAIN, "json", { excludes: ["plain", "quiet"] }),
      join(PLAIN, "quiet"),
      join(ENCRYPTION, "fingerprint SHA256:...", { excludes: ["ca", "no-tls"] }),
      join(ENCRYPTION, "trust-new", { excludes: ["no-tls"] }),
      join(ENCRYPTION, "ca FILE", { excludes: ["no-tls"] }),
      join(ENCRYPTION, "no-tls"),
      join(ENCRYPTION, "insecure-password"),
      join(LOOKS, "color WHEN", { words: COLOR_CHOICES }),
      join(LOOKS, "time-format FORMAT", { words: ["12", "24"] }),
      join(LOOKS, "bell WHEN", { words: BELL_CHOICES }),
      join(LOOKS, "typing", { negatable: true }),
    ],
  },
  { name: "find", options: [finding(PLAIN, "json"), finding(PLAIN, "wait SECONDS")] },
  {
    name: "user",
    operand: {
      placeholder: "ACTION",
      required: true,
      words: ["list", "add", "delete", "password", "op"],
    },
    second: { placeholder: "NAME", required: false },
    options: [user(PLAIN, "off"), user(PLAIN, "data DIR")],
  },
  {
    name: "invite",
    operand: { placeholder: "ACTION", required: false, words: ["list", "revoke"] },
    second: { placeholder: "ID", required: false },
    options: [
      invite(PLAIN, "for NAME"),
      invite(PLAIN, "days N"),
      invite(PLAIN, "uses N"),
      invite(PLAIN, "host HOST[:PORT]"),
      invite(PLAIN, "config FILE"),
      invite(PLAIN, "plain"),
      invite(PLAIN, "data DIR"),
    ],
  },
  {
    name: "export",
    operand: { placeholder: "ROOM", required: true },
    options: [
      exporting(PLAIN, "since WHEN"),
      exporting(PLAIN, "until WHEN"),
      exporting(PLAIN, "format FORMAT", { words: ["text", "json", "html"] }),
      exporting(PLAIN, "data DIR"),
    ],
  },
  {
    name: "backup",
    operand: { placeholder: "FILE", required: true },
    options: [backup(PLAIN, "data DIR")],
  },
  {
    name: "restore",
    operand: { placeholder: "FILE", required: true },
    options: [restore(PLAIN, "data DIR")],
  },
  {
    name: "cluster",
    operand: { placeholder: "ACTION", required: true, words: ["status"] },
    options: [
      cluster(PLAIN, "json"),
      cluster(PLAIN, "data DIR", { excludes: ["cluster"] }),
      ...settingOptions("cluster.servers").map((row) => ({ ...row, excludes: ["data"] })),
      ...settingOptions("cluster.credentials", "cluster.ca").map((row) => ({
        ...row,
        excludes: [],
        needs: "cluster",
      })),
    ],
  },
  { name: "hash-password" },
  {
    name: "help",
    operand: { placeholder: "COMMAND", required: false, words: [...NAMES, STATUS_TOPIC] },
  },
  { name: "version" },
  {
    name: "completions",
    operand: { placeholder: "SHELL", required: true, words: ["bash", "zsh", "fish"] },
  },
];

const TEXTS: Readonly<Record<SubcommandName, CommandHelp>> = COMMAND_HELP;

/** The subcommands, the most needed first. */
export const SUBCOMMANDS: readonly Subcommand[] = ROWS.map((row) => ({
  ...row,
  help: TEXTS[row.name],
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
