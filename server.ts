/**
 * `chat serve`: wires the layers together. Signals are handled here, sockets in `lib/cli/serve`, the
 * chat in `lib/server`.
 * @module
 */
import about from "./deno.json" with { type: "json" };
import { readEnvironment } from "./lib/cli/join/environment.ts";
import type { ServeOptions } from "./lib/cli/args/request.ts";
import type { Clustering } from "./lib/cli/serve/clustering.ts";
import { writeRunning } from "./lib/cli/serve/running_file.ts";
import { localHost } from "./lib/lan/lan_names.ts";
import { Log } from "./lib/cli/serve/log.ts";
import { Listener, ListenError } from "./lib/net/listener.ts";
import { joinLines, openingLines, runningOf } from "./lib/cli/serve/startup_lines.ts";
import { Announcer, noticeOf } from "./lib/cli/serve/announcer.ts";
import { openCloaking } from "./lib/cli/serve/cloak_key.ts";
import { openData } from "./lib/cli/serve/data.ts";
import { machineName, serverName } from "./lib/cli/serve/hosts.ts";
import { type Encryption, EncryptionError, openEncryption } from "./lib/cli/serve/tls.ts";
import { pause } from "./lib/cli/os/pause.ts";
import { onStopSignals } from "./lib/cli/os/signals.ts";
import { type Config, isClustered } from "./lib/server/settings/config.ts";
import { outputFault } from "./lib/ui/lines/streams.ts";
import { LOG } from "./lib/wording/log.ts";
import { Server } from "./lib/cli/serve/chat_server.ts";

/** Runs `chat serve` until a signal stops it. Returns the exit status. */
export async function serve(options: ServeOptions): Promise<number> {
  let config: Config = { ...options.config, title: options.config.title ?? machineName() };
  using signals = new DisposableStack();
  // By default they end a program; other servers do something by them, so people send them.
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) listen(signals, signal, () => {});
  const log = new Log({
    format: options.log,
    messages: options.logMessages,
    lobby: config.lobby,
    now: Date.now,
    write: (bytes) => Deno.stdout.write(bytes),
    failed: (error) => {
      // Nobody reads it, so nobody misses it.
      if (error instanceof Deno.errors.BrokenPipe) return;
      try {
        console.error(LOG.noLog(outputFault(error)));
      } catch {
        // The terminal was closed.
      }
    },
  });
  // Under `deno task`, which can't be put aside, the terminal would hang with the stopped server.
  // Such launchers pass the signal on, so it comes several times at once.
  let told: ReturnType<typeof setTimeout> | undefined;
  const stays = () => {
    if (told === undefined) log.server({ kind: "warning", text: LOG.noSuspend });
    clearTimeout(told);
    told = setTimeout(() => told = undefined, 1000);
  };
  signals.defer(() => clearTimeout(told));
  if (readEnvironment().CHAT_SUSPEND === "no") listen(signals, "SIGTSTP", stays);
  let server: Server | undefined;
  const early: string[] = [];
  const open = () =>
    openData(
      config,
      ({ message }) => server === undefined ? early.push(message) : server.warn(message),
    );
  let data = open();
  if ("refusal" in data) {
    console.error(data.refusal);
    return 1;
  }
  if (!isClustered(config) && data.store.replica.snapshot !== undefined) {
    if (config.cluster !== null) {
      data.store.close();
      console.error(LOG.ofCluster(data.directory ?? ""));
      return 1;
    }
    data.store.replica.leave();
  }
  // In a terminal it means that the terminal was closed, twice with most shells.
  const hangup = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
  const [asked, impatient] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const deaf = onStopSignals(
    () => asked.resolve(),
    (signal) => signal === "SIGHUP" || impatient.resolve(),
    { hangup },
  );
  signals.defer(deaf);
  const cloaking = openCloaking(data.directory, data.ranBefore);
  let status = 0;
  let clustering: Clustering | undefined;
  if (isClustered(config)) {
    try {
      const { Clustering } = await import("./lib/cli/serve/clustering.ts");
      clustering = await Clustering.enter({
        config,
        // Without a title of its own it takes that of the others.
        asked: options.config,
        name: config.name ?? serverName(),
        cloakKey: cloaking.key,
        data,
        reopen: open,
        say: (text) => log.server({ kind: "cluster", text }),
        stopped: asked.promise,
      });
    } catch (error) {
      data.store.close();
      if (!(error instanceof Error && error.name === "ClusterError")) throw error;
      console.error(error.message);
      return 1;
    }
    if (clustering === undefined) return 0;
    data = clustering.data;
  }
  const { store } = data;
  let encryption: Encryption | undefined;
  let warnings: readonly string[];
  try {
    ({ config, encryption, warnings } = await openEncryption(config, data.directory));
    server = new Server({
      config,
      version: `chat ${about.version}`,
      portKeys: options.portKeys,
      store,
      cloak: cloaking.cloak,
      log,
      encryption,
      reload: () => options.reload((text) => server?.warn(text)),
      clustering,
      failed(why) {
        log.server({ kind: "warning", text: why });
        status = 1;
        asked.resolve();
      },
    });
  } catch (error) {
    store.close();
    if (!(error instanceof ListenError || error instanceof EncryptionError)) throw error;
    console.error(error.message);
    return 1;
  }
  const { web } = server;
  const page = web instanceof Listener ? web : undefined;
  const forget = data.directory !== null && data.kept
    ? writeRunning(data.directory, runningOf(config, server.doors, encryption, page?.port))
    : () => {};
  const isOpen = await Promise.race([
    server.join().then(() => true),
    asked.promise.then(() => false),
  ]);
  if (isOpen) { for (const event of openingLines(server.doors)) log.server(event); }
  // If it fails, the log says so.
  const rehash = () => void server.reload().catch(() => {});
  if (!hangup) listen(signals, "SIGHUP", rehash);
  const notice = noticeOf(config, server.doors, encryption, page);
  const announcer = notice && new Announcer({
    ...notice,
    machine: serverName(),
    named: ({ title, host }) => {
      const detail = { title, host: localHost(host) };
      server.localHost = detail.host;
      log.server({ kind: "announced", text: LOG.announced(title, detail.host), detail });
    },
  });
  await Promise.race([announcer?.settled, asked.promise]);
  const names = announcer?.names;
  const lines = isOpen ? joinLines(config, server.doors, encryption, names, page) : [];
  for (const event of lines) log.server(event);
  if (data.directory !== null && data.kept) {
    log.server({ kind: "data", text: LOG.kept(config.history.days, data.directory) });
  } else if (config.data === null) {
    log.server({ kind: "data", text: LOG.notKept });
  }
  const given = [
    ...options.warnings,
    ...data.warnings,
    ...early,
    ...cloaking.warnings,
    ...warnings,
    ...typeof web === "string" ? [LOG.noPage(web)] : [],
  ];
  for (const text of given) {
    log.server({ kind: "warning", text });
  }
  await asked.promise;
  log.server({ kind: "closing", text: LOG.closing });
  await Promise.race([
    Promise.all([server.close(), announcer?.close()]).then(() => {
      forget();
      store.close();
      log.server({ kind: "closed", text: LOG.closed });
      return Promise.race([log.flush(), pause(200)]);
    }),
    impatient.promise,
  ]);
  return status;
}

/** Listens to a signal, if the system has it, until the stack is disposed of. */
function listen(stack: DisposableStack, signal: Deno.Signal, listener: () => void): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener(signal, listener);
  stack.defer(() => Deno.removeSignalListener(signal, listener));
}
