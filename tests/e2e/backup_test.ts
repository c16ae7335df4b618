/** `chat backup` and `chat restore`: the program as processes, on data of a server that runs. */
import { assertEquals, assertMatch } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { SocksServer } from "../net/socks_server.ts";
import { noMounts } from "./mounts.ts";
import { permitted } from "../permitted.ts";
import { run, RUNTIME, runWith, ServerProcess, start } from "./program.ts";
import { chatCommand } from "./tmux.ts";

/** A directory for a test. Disposing of it deletes it. */
function temporary(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "chat" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test(permitted(
  "Backup: after a restore on another machine, chat join notices nothing",
  async () => {
    using work = temporary();
    const { path } = work;
    await Deno.writeTextFile(`${path}/password`, "correct-horse\n", { mode: 0o600 });
    const settings = { XDG_CONFIG_HOME: path, APPDATA: path };
    const serve = (data: string, ports: readonly [number, number]) =>
      ServerProcess.start(["--tls-port", `${ports[1]}`], ports[0], "", ["--data", data]);

    let ports: [number, number] = [0, 0];
    const login = ["--account", "Ada", "--account-password-file", `${path}/password`];
    const enter = (proxy: SocksServer, ...more: string[]) => {
      const env = { ...settings, ALL_PROXY: `socks5h://127.0.0.1:${proxy.port}` };
      return start(["join", `ircs://chat.test:${ports[1]}`, "--json", ...login, ...more], { env });
    };
    {
      await using server = await serve(`${path}/one`, ports);
      ports = [server.port, server.tlsPort];
      await using made = start(["user", "add", "Ada", "--data", `${path}/one`]);
      await made.write("correct-horse\n");
      assertEquals(await made.exit(), 0, made.stderr.text);
      await using proxy = new SocksServer({ leads: { [`<chat.test>:${ports[1]}`]: ports[1] } });
      await using ada = enter(proxy, "--trust-new");
      await ada.write("before the backup\n");
      await ada.line(/before the backup/);
      // Ada is still there, and the server keeps running.
      const saved = await run("backup", `${path}/b.tar`, "--data", `${path}/one`);
      assertEquals([saved.code, saved.stderr], [0, ""]);
      await ada.write("after the backup\n");
      await ada.line(/after the backup/);
      server.kill("SIGTERM");
      await server.exit();
    }
    const restored = await run("restore", `${path}/b.tar`, "--data", `${path}/two`);
    assertEquals([restored.code, restored.stderr], [0, ""]);
    {
      await using _server = await serve(`${path}/two`, ports);
      await using proxy = new SocksServer({ leads: { [`<chat.test>:${ports[1]}`]: ports[1] } });
      await using ada = enter(proxy);
      await ada.line(/before the backup/);
      await ada.closeStdin();
      assertEquals([await ada.exit(), ada.stderr.text], [0, ""]);
    }
    // Another server at that address is noticed.
    await using _other = await serve(`${path}/three`, ports);
    await using proxy = new SocksServer({ leads: { [`<chat.test>:${ports[1]}`]: ports[1] } });
    await using ada = enter(proxy);
    assertEquals(await ada.exit(), 1);
  },
  tlsFault(RUNTIME),
));

Deno.test(permitted(
  "Backup: with and without a running server, the history is restored",
  async () => {
    using work = temporary();
    const { path } = work;
    const [data, other] = [`${path}/one`, `${path}/two`];
    const save = () => run("backup", `${path}/b.tar`, "--data", data);
    {
      await using server = await ServerProcess.start([], 0, "", ["--data", data]);
      await using ci = start(["join", `127.0.0.1:${server.port}`, "--name", "ci", "--no-tls"]);
      await ci.write("it is green\n");
      await ci.closeStdin();
      assertEquals(await ci.exit(), 0);
      const { code, stderr } = await save();
      assertEquals([code, stderr], [0, ""]);
      const live = ["restore", `${path}/b.tar`, "--data", `${path}/live`];
      assertEquals((await run(...live)).code, 0);
      assertMatch(
        (await run("export", "lobby", "--data", `${path}/live`)).stdout,
        /ci @ .* >> it is green/,
      );
      server.kill("SIGTERM");
      await server.exit();
    }
    assertEquals((await save()).code, 0);
    const { code, stderr } = await run("restore", `${path}/b.tar`, "--data", other);
    assertEquals([code, stderr], [0, ""]);
    assertMatch((await run("export", "lobby", "--data", other)).stdout, /ci @ .* >> it is green/);
    // The usual place works too.
    const env = { XDG_STATE_HOME: `${path}/state`, LOCALAPPDATA: `${path}/state` };
    assertMatch(
      (await runWith(env, "restore", `${path}/b.tar`)).stdout,
      /^The data is in .*chat\. Start the server: chat serve\n$/,
    );
    assertMatch((await runWith(env, "export", "lobby")).stdout, /it is green/);
  },
));

Deno.test(permitted("Backup: what is in the file can be unpacked by hand", async () => {
  using work = temporary();
  const { path } = work;
  await using server = await ServerProcess.start([], 0, "", ["--data", `${path}/one`]);
  server.kill("SIGTERM");
  await server.exit();
  assertEquals((await run("backup", `${path}/b.tar`, "--data", `${path}/one`)).code, 0);
  const { success, stdout } = await new Deno.Command("sh", {
    args: ["-c", "mkdir two && tar -xf b.tar -C two && cd two && sha256sum -c SHA256SUMS"],
    cwd: path,
    stderr: "null",
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals([success, lines], [true, ["chat.names: OK", "cloak.key: OK", "chat.db: OK"]]);
  await using again = await ServerProcess.start([], 0, "", ["--data", `${path}/two`]);
  again.kill("SIGTERM");
  assertEquals(await again.exit(), 0);
}, Deno.build.os === "linux" ? "" : "sha256sum is a program of Linux"));

/** Runs the program with a disk of 64 kB at `small`, and shows what is on it at the end. */
async function onSmallDisk(
  cwd: string,
  ...args: string[]
): Promise<{ said: string; left: string }> {
  const script = 'mount -t tmpfs -o size=64k none small; "$@" >&2; ls -A small';
  const { stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-rm", "sh", "-c", script, "sh", ...await chatCommand(args)],
    cwd,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { said: text(stderr), left: text(stdout) };
}

Deno.test(
  permitted("Backup: on a full disk nothing is left of a backup or of a restore", async () => {
    using work = temporary();
    const { path } = work;
    {
      await using server = await ServerProcess.start([], 0, "", ["--data", `${path}/one`]);
      server.kill("SIGTERM");
      await server.exit();
    }
    await Deno.mkdir(`${path}/small`);
    assertEquals(await onSmallDisk(path, "backup", "small/b.tar", "--data", "one"), {
      said: "Cannot write the backup small/b.tar: the disk is full.",
      left: "",
    });
    assertEquals((await run("backup", `${path}/b.tar`, "--data", `${path}/one`)).code, 0);
    assertEquals(await onSmallDisk(path, "restore", "b.tar", "--data", "small/two"), {
      said: "Cannot restore to small/two: the disk is full. Nothing was changed.",
      left: "",
    });
  }, await noMounts()),
);
