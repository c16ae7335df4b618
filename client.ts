/**
 * `chat join`: finds out where to go and how to show it, and goes there. What a stay on a server is
 * stands in `lib/join`.
 * @module
 */
import { readPassword } from "./lib/cli/load.ts";
import type { JoinOptions } from "./lib/cli/request.ts";
import { UsageError } from "./lib/cli/usage_error.ts";
import { resolveServer } from "./lib/client/settings.ts";
import { parseTarget, type Target } from "./lib/client/target.ts";
import { canDraw, readEnvironment } from "./lib/join/environment.ts";
import { joinInteractive } from "./lib/join/interactive.ts";
import { joinPiped } from "./lib/join/piped.ts";
import { SettingsFile, settingsPath } from "./lib/join/settings_file.ts";
import { STATUS } from "./lib/join/stay.ts";
import { askTarget } from "./lib/ui/ask_target.ts";
import { clockFor } from "./lib/ui/clock.ts";
import { type Clock, timeOfDay } from "./lib/ui/format.ts";
import { Json } from "./lib/ui/json.ts";
import { Plain } from "./lib/ui/plain.ts";
import { LineReader } from "./lib/ui/reader.ts";
import { Streams } from "./lib/ui/streams.ts";
import { detectStyle } from "./lib/ui/style.ts";
import { SYSTEM_TTY } from "./lib/ui/terminal.ts";

/**
 * Enters a chat room and stays until its person leaves.
 *
 * @returns the exit status: 0 left, 1 could not go on, 3 the name was refused and nobody can be
 * asked for another, 128 and the number of the signal that ended it.
 * @throws {UsageError} where the target or the time format can't be understood.
 */
export async function join(options: JoinOptions): Promise<number> {
  const env = readEnvironment();
  const around = { typed: Deno.stdin.isTerminal(), shown: Deno.stdout.isTerminal() };
  const drawn = options.frontEnd === undefined && around.typed && around.shown &&
    canDraw(env, Deno.build.os === "windows");
  const file = await SettingsFile.read(settingsPath(Deno.build.os, env));
  const news = [...file.faults];
  const clock = clockOf(options.timeFormat, file.settings.timeFormat, news);
  const target = targetOf(options.target, file.settings.servers);
  const password = options.passwordFile === undefined
    ? undefined
    : await readPassword(options.passwordFile, Deno.readTextFile);
  const { name } = options;
  if (!drawn) return await joinLines(options, around, { target, password, clock, news });
  const { color, bell, typing } = file.settings;
  // Under deno task, which passes the signal on instead of stopping, nobody could continue us.
  const tty = env.CHAT_SUSPEND === "no" ? { ...SYSTEM_TTY, stop: undefined } : SYSTEM_TTY;
  return await joinInteractive({
    ...{ target, name, password, news },
    typing: options.typing ?? typing,
    looks: {
      style: detectStyle(env, options.color ?? color),
      bell: options.bell ?? bell,
      clock,
    },
    settings: file,
    home: env.HOME ?? env.USERPROFILE,
  }, tty);
}

/** What both kinds of front end need. */
interface Found {
  readonly target: Target | undefined;
  readonly password: string | undefined;
  readonly clock: Clock;
  readonly news: readonly string[];
}

/** Without drawing: lines in and out. */
async function joinLines(
  { frontEnd, name }: JoinOptions,
  around: { readonly typed: boolean; readonly shown: boolean },
  { target: given, password, clock, news }: Found,
): Promise<number> {
  const { typed } = around;
  const front = frontEnd === "json" ? new Json() : new Plain(around, clock);
  const input = new LineReader(Deno.stdin);
  const broken = Promise.withResolvers<void>();
  const streams = new Streams(Deno.stdout, Deno.stderr, broken.resolve);
  streams.write(news.map((line) => ({ stream: "err", text: `${line}\n` })));
  const check = given === undefined
    ? await askTarget(front, input, streams, typed)
    : { target: given };
  if (check === undefined) return STATUS.left;
  if ("fault" in check) throw new UsageError(check.fault);
  const { target } = check;
  return await joinPiped({
    ...{ target, name, password, front, input, streams, typed, broken: broken.promise },
  });
}

function targetOf(
  typed: string | undefined,
  servers: Readonly<Record<string, string>>,
): Target | undefined {
  if (typed === undefined) return undefined;
  const check = parseTarget(resolveServer(typed, servers));
  if ("fault" in check) throw new UsageError(check.fault);
  return check.target;
}

/** The clock of the option, else that of the settings file, whose fault is no reason to stay away. */
function clockOf(option: string | undefined, setting: string | null, news: string[]): Clock {
  const check = clockFor(option ?? setting ?? undefined);
  if ("clock" in check) return check.clock;
  if (option !== undefined) throw new UsageError(`${check.fault}.`);
  news.push(`In the settings file: ${check.fault}.`);
  return timeOfDay;
}
