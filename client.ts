/**
 * `chat join`: reads the options and settings, chooses a front end, and joins. The stay on a server
 * is in `lib/cli/join`.
 * @module
 */
import about from "./deno.json" with { type: "json" };
import { AdminError } from "./lib/cli/admin/admin_error.ts";
import { readCertificate, readPassword } from "./lib/cli/serve/load.ts";
import type { JoinOptions } from "./lib/cli/args/request.ts";
import { UsageError } from "./lib/cli/args/usage_error.ts";
import { resolveServer } from "./lib/client/settings.ts";
import {
  parseTarget,
  type Target,
  type TargetCheck,
  withoutEncryption,
} from "./lib/client/trust/target.ts";
import type { Trust } from "./lib/cli/join/dialler.ts";
import { canDraw, readEnvironment } from "./lib/cli/join/environment.ts";
import { type InteractiveOptions, joinInteractive } from "./lib/cli/join/interactive.ts";
import { joinPiped } from "./lib/cli/join/piped.ts";
import { readMemory } from "./lib/cli/join/memory.ts";
import { type OwnPaths, ownPaths } from "./lib/cli/join/own_files.ts";
import { SettingsFile } from "./lib/cli/join/settings_file.ts";
import { Surroundings } from "./lib/cli/join/surroundings.ts";
import { systemKeyring } from "./lib/cli/join/keyring.ts";
import { PasswordFile } from "./lib/cli/join/password_file.ts";
import { passwordsIn } from "./lib/cli/join/passwords.ts";
import { STATUS } from "./lib/client/stay/stay_options.ts";
import { guardFile } from "./lib/cli/os/private_files.ts";
import { ConfigError } from "./lib/server/settings/config.ts";
import { SECURE_PORT } from "./lib/net/dial.ts";
import { readProxy } from "./lib/net/proxy.ts";
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
import { CLIENT, FILES } from "./lib/wording/client.ts";

/**
 * Enters a chat room and stays until the person leaves.
 *
 * @returns the exit status: 0 left, 1 could not go on, 3 the name was refused and nobody can be
 * asked for another, 128 plus the number of the signal that ended it.
 * @throws {UsageError} if the target or the time format can't be understood.
 */
export async function join(options: JoinOptions): Promise<number> {
  const { os } = Deno.build;
  const env = readEnvironment();
  const around = {
    typed: Deno.stdin.isTerminal(),
    shown: Deno.stdout.isTerminal(),
    columns: columnsOf,
  };
  const paths = ownPaths(os, env);
  const settings = await SettingsFile.read(paths.settings);
  const { servers, timeFormat, color, bell, typing } = settings.settings;
  const news = [...settings.faults];
  const warn = (text: string) => news.push(text);
  const clock = clockOf(options.timeFormat, timeFormat, news);
  const secretIn = async (file: string) => await readPassword(file, Deno.readTextFile, warn);
  const { tls, insecurePassword, account: given } = options;
  const account = given && {
    account: given.name,
    password: await secretIn(given.passwordFile),
  };
  const surroundings = new Surroundings(
    options.target === undefined ? await readMemory(paths) : { known: [], visits: [] },
  );
  const target = options.title === undefined
    ? targetOf(options.target, servers, tls)
    : targetIn(await surroundings.find(options.title), tls);
  const { passwordFile } = options;
  const password = passwordFile === undefined ? undefined : await secretIn(passwordFile);
  const { roomKeyFile } = options;
  const key = roomKeyFile === undefined ? target?.key : await secretIn(roomKeyFile);
  if (target?.key !== undefined && !(options.target! in servers)) {
    news.push(CLIENT.keyOnCommandLine);
  }
  guardOwn(paths, warn);
  const trust: Trust = {
    file: paths.knownHosts,
    nodes: paths.nodes,
    visits: paths.visits,
    expected: options.fingerprint,
    trustNew: options.trustNew,
    ca: options.ca === undefined ? undefined : await readCertificate(options.ca, Deno.readTextFile),
  };
  const { proxy, warning, passesOver } = readProxy(env);
  const straight = target !== undefined && passesOver(target.host, target.port ?? SECURE_PORT);
  if (warning !== undefined && !straight) news.push(warning);
  const name = options.name ?? options.account?.name;
  const version = `chat ${about.version}`;
  const looks = options.find ?? settings.settings.find;
  const entry = {
    ...{ target, name, password, key, account, trust, proxy, tls, insecurePassword, news, version },
    surroundings: looks ? surroundings : undefined,
  };
  const drawn = options.frontEnd === undefined && !options.quiet && around.typed && around.shown &&
    canDraw(env, os === "windows");
  if (!drawn) return await joinLines(options, around, clock, entry);
  // Under deno task, which passes the signal on instead of stopping, nobody could continue us.
  const tty = env.CHAT_SUSPEND === "no" ? { ...SYSTEM_TTY, stop: undefined } : SYSTEM_TTY;
  return await joinInteractive({
    ...entry,
    typing: options.typing ?? typing,
    looks: {
      style: detectStyle(env, options.color ?? color),
      bell: options.bell ?? bell,
      clock,
    },
    settings,
    passwords: paths.passwords === undefined
      ? undefined
      : passwordsIn(systemKeyring(os), new PasswordFile(paths.passwords)),
    home: env.HOME ?? env.USERPROFILE,
  }, tty);
}

/**
 * Closes the person's own files to others, and says so.
 *
 * @throws {ConfigError} if a file may be somebody else's.
 */
function guardOwn(paths: OwnPaths, warn: (text: string) => void): void {
  for (const [kind, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    // The settings may be a symbolic link: there are no secrets in them.
    const guarded = guardFile(path, kind === "settings");
    if ("fault" in guarded) throw new ConfigError(guarded.fault);
    if (guarded.notice !== undefined) warn(guarded.notice);
  }
}

/** Runs the chat in lines, without drawing. */
async function joinLines(
  { frontEnd, quiet }: JoinOptions,
  around: StandardStreams,
  clock: Clock,
  { news, tls, target: given, surroundings, ...entry }: Omit<
    InteractiveOptions,
    "home" | "looks" | "settings" | "typing"
  >,
): Promise<number> {
  const { typed } = around;
  const front = frontEnd === "json"
    ? new Json()
    : new Plain(around, clock, { quiet, lines: frontEnd === "plain" });
  const input = new LineReader(Deno.stdin);
  const broken = Promise.withResolvers<string>();
  const streams = new Streams(Deno.stdout, Deno.stderr, broken.resolve);
  streams.write(news.map((line) => ({ stream: "err", text: `${line}\n` })));
  // In a pipe nothing is chosen, and a program that reads JSON knows chat find.
  const rooms = typed && !quiet && frontEnd !== "json" ? surroundings : undefined;
  if (given === undefined) {
    rooms?.look((lines) => streams.write(front.ask("address", lines.join("\n"))));
  }
  const check = given === undefined
    ? understood(await askTarget(front, input, streams, typed, rooms), tls)
    : { target: given };
  rooms?.rest();
  if (check === undefined) return STATUS.left;
  if ("fault" in check) throw new UsageError(check.fault);
  return await joinPiped({
    ...entry,
    ...{ target: check.target, front, input, streams, typed },
    broken: broken.promise,
    // A program that reads JSON can't compare fingerprints, nor say yes for its person.
    asks: typed && frontEnd !== "json",
  });
}

/** The width of the terminal behind a stream; undefined if there is none. */
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

/** The room that was found under a title. */
function targetIn(found: TargetCheck, tls: boolean): Target {
  const check = understood(found, tls);
  if ("fault" in check) throw new AdminError(check.fault);
  return check.target;
}

/** An address for a person who wants encryption, or none. */
function understood<Check extends TargetCheck | undefined>(
  check: Check,
  tls: boolean,
): Check | TargetCheck {
  return tls || check === undefined ? check : withoutEncryption(check);
}

/** The clock of the option, else of the settings file, a fault in which does not end the program. */
function clockOf(option: string | undefined, setting: string | null, news: string[]): Clock {
  const check = clockFor(option ?? setting ?? undefined);
  if ("clock" in check) return check.clock;
  if (option !== undefined) throw new UsageError(`${check.fault}.`);
  news.push(FILES.timeFormat(check.fault));
  return timeOfDay;
}
