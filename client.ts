/**
 * `chat join`: finds out where to go and how to show it, and goes there. What a stay on a server is
 * stands in `lib/join`.
 * @module
 */
import { knownHostsPath } from "./lib/cli/join/known_hosts_file.ts";
import { readCertificate, readPassword } from "./lib/cli/serve/load.ts";
import type { JoinOptions } from "./lib/cli/args/request.ts";
import { UsageError } from "./lib/cli/args/usage_error.ts";
import type { Credentials } from "./lib/client/session/login_state.ts";
import { resolveServer } from "./lib/client/settings.ts";
import {
  parseTarget,
  type Target,
  type TargetCheck,
  withoutEncryption,
} from "./lib/client/trust/target.ts";
import type { Trust } from "./lib/cli/join/dialler.ts";
import { canDraw, readEnvironment } from "./lib/cli/join/environment.ts";
import { joinInteractive } from "./lib/cli/join/interactive.ts";
import { joinPiped } from "./lib/cli/join/piped.ts";
import { SettingsFile, settingsPath } from "./lib/cli/join/settings_file.ts";
import { systemKeyring } from "./lib/cli/join/keyring.ts";
import { PasswordFile, passwordsPath } from "./lib/cli/join/password_file.ts";
import { passwordsIn } from "./lib/cli/join/passwords.ts";
import { STATUS } from "./lib/cli/join/stay_options.ts";
import { guardFile } from "./lib/cli/os/private_files.ts";
import { ConfigError } from "./lib/server/settings/config.ts";
import { SECURE_PORT } from "./lib/net/dial.ts";
import { type Proxy, readProxy } from "./lib/net/proxy.ts";
import { askTarget } from "./lib/ui/lines/ask_target.ts";
import { clockFor } from "./lib/ui/clock.ts";
import { type Clock, timeOfDay } from "./lib/ui/format.ts";
import type { StandardStreams } from "./lib/ui/front_end.ts";
import { Json } from "./lib/ui/lines/json.ts";
import { Plain } from "./lib/ui/lines/plain.ts";
import { LineReader } from "./lib/ui/lines/line_reader.ts";
import { Streams } from "./lib/ui/lines/streams.ts";
import { detectStyle } from "./lib/ui/terminal/style.ts";
import { SYSTEM_TTY } from "./lib/ui/terminal/terminal.ts";

/**
 * Enters a chat room and stays until its person leaves.
 *
 * @returns the exit status: 0 left, 1 could not go on, 3 the name was refused and nobody can be
 * asked for another, 128 and the number of the signal that ended it.
 * @throws {UsageError} where the target or the time format can't be understood.
 */
export async function join(options: JoinOptions): Promise<number> {
  const env = readEnvironment();
  const around = {
    typed: Deno.stdin.isTerminal(),
    shown: Deno.stdout.isTerminal(),
    columns: columnsOf,
  };
  const drawn = options.frontEnd === undefined && around.typed && around.shown &&
    canDraw(env, Deno.build.os === "windows");
  const settings = settingsPath(Deno.build.os, env);
  const passwords = passwordsPath(settings);
  const file = await SettingsFile.read(settings);
  const news = [...file.faults];
  const warn = (text: string) => news.push(text);
  const clock = clockOf(options.timeFormat, file.settings.timeFormat, news);
  const { tls } = options;
  const name = options.name ?? options.account?.name;
  const account = options.account && {
    account: options.account.name,
    password: await readPassword(options.account.passwordFile, Deno.readTextFile, warn),
  };
  const target = targetOf(options.target, file.settings.servers, tls);
  const password = options.passwordFile === undefined
    ? undefined
    : await readPassword(options.passwordFile, Deno.readTextFile, warn);
  const { os } = Deno.build;
  const knownHosts = knownHostsPath({ os, env: (name) => env[name] });
  guardOwn({ settings, passwords, knownHosts }, warn);
  const trust: Trust = {
    file: knownHosts,
    expected: options.fingerprint,
    trustNew: options.trustNew,
    ca: options.ca === undefined ? undefined : await readCertificate(options.ca, Deno.readTextFile),
  };
  const { proxy, warning, passesOver } = readProxy(env);
  const straight = target !== undefined && passesOver(target.host, target.port ?? SECURE_PORT);
  if (warning !== undefined && !straight) news.push(warning);
  if (!drawn) {
    const found = { target, name, password, account, trust, proxy, clock, news };
    return await joinLines(options, around, found);
  }
  const { color, bell, typing } = file.settings;
  // Under deno task, which passes the signal on instead of stopping, nobody could continue us.
  const tty = env.CHAT_SUSPEND === "no" ? { ...SYSTEM_TTY, stop: undefined } : SYSTEM_TTY;
  return await joinInteractive({
    ...{ target, name, password, account, trust, proxy, tls, news },
    insecurePassword: options.insecurePassword,
    typing: options.typing ?? typing,
    looks: {
      style: detectStyle(env, options.color ?? color),
      bell: options.bell ?? bell,
      clock,
    },
    settings: file,
    passwords: passwords === undefined
      ? undefined
      : passwordsIn(systemKeyring(os), new PasswordFile(passwords)),
    home: env.HOME ?? env.USERPROFILE,
  }, tty);
}

/**
 * Closes a person's own files to others, and says so.
 *
 * @throws {ConfigError} if one of them could be somebody else's.
 */
function guardOwn(
  paths: Readonly<Record<"settings" | "passwords" | "knownHosts", string | undefined>>,
  warn: (text: string) => void,
): void {
  for (const [kind, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    // There are no secrets in the settings.
    const guarded = guardFile(path, kind === "settings");
    if ("fault" in guarded) throw new ConfigError(guarded.fault);
    if (guarded.notice !== undefined) warn(guarded.notice);
  }
}

/** What both kinds of front end need. */
interface Found {
  readonly target: Target | undefined;
  readonly name: string | undefined;
  readonly password: string | undefined;
  readonly account: Credentials | undefined;
  readonly trust: Trust;
  readonly proxy: Proxy | undefined;
  readonly clock: Clock;
  readonly news: readonly string[];
}

/** Without drawing: lines in and out. */
async function joinLines(
  { frontEnd, tls, insecurePassword }: JoinOptions,
  around: StandardStreams,
  { target: given, name, password, account, trust, proxy, clock, news }: Found,
): Promise<number> {
  const { typed } = around;
  const front = frontEnd === "json" ? new Json() : new Plain(around, clock);
  const input = new LineReader(Deno.stdin);
  const broken = Promise.withResolvers<string>();
  const streams = new Streams(Deno.stdout, Deno.stderr, broken.resolve);
  streams.write(news.map((line) => ({ stream: "err", text: `${line}\n` })));
  const check = given === undefined
    ? understood(await askTarget(front, input, streams, typed), tls)
    : { target: given };
  if (check === undefined) return STATUS.left;
  if ("fault" in check) throw new UsageError(check.fault);
  const { target } = check;
  return await joinPiped({
    ...{ target, name, password, insecurePassword, account, trust, proxy },
    ...{ front, input, streams, typed },
    broken: broken.promise,
    // A program that reads JSON can't compare fingerprints, nor say yes for its person.
    asks: typed && frontEnd !== "json",
  });
}

/** How wide the terminal is that a stream ends in; undefined if it ends in none. */
function columnsOf(stream: "out" | "err"): number | undefined {
  const isTerminal = stream === "out" ? Deno.stdout.isTerminal() : Deno.stderr.isTerminal();
  try {
    return isTerminal && Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}

function targetOf(
  typed: string | undefined,
  servers: Readonly<Record<string, string>>,
  tls: boolean,
): Target | undefined {
  if (typed === undefined) return undefined;
  const check = understood(parseTarget(resolveServer(typed, servers)), tls);
  if ("fault" in check) throw new UsageError(check.fault);
  return check.target;
}

/** What an address means for those who want encryption, or none. */
function understood<Check extends TargetCheck | undefined>(
  check: Check,
  tls: boolean,
): Check | TargetCheck {
  return tls || check === undefined ? check : withoutEncryption(check);
}

/** The clock of the option, else that of the settings file, whose fault is no reason to stay away. */
function clockOf(option: string | undefined, setting: string | null, news: string[]): Clock {
  const check = clockFor(option ?? setting ?? undefined);
  if ("clock" in check) return check.clock;
  if (option !== undefined) throw new UsageError(`${check.fault}.`);
  news.push(`In the settings file: ${check.fault}.`);
  return timeOfDay;
}
