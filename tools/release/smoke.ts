import { command } from "./command.ts";
import { releasePage } from "./page.ts";
import { isWindows, thisSystem } from "./systems.ts";

/**
 * Installs a release on this system as a new user would, from a page on this machine, and tries it:
 * somebody says something in a room. Returns what was tried. Throws if something is wrong.
 *
 * @param directory the files of the release.
 */
export async function smoke(directory: string, version: string): Promise<string> {
  const work = await Deno.makeTempDir();
  await using page = releasePage(directory, version);
  try {
    const to = `${work}/home/bin`;
    const env = { CHAT_RELEASES: page.address, HOME: `${work}/home` };
    const isOnWindows = isWindows(thisSystem());
    const [name, ...args] = isOnWindows
      ? ["powershell", "-ExecutionPolicy", "Bypass", "-File", `${directory}/install.ps1`, "-To", to]
      : ["sh", `${directory}/install.sh`, "--to", to];
    const { success, stderr } = await new Deno.Command(name!, { args, env }).output();
    if (!success) throw new Error(`${name} failed: ${new TextDecoder().decode(stderr)}`);
    const program = `${to}/chat${isOnWindows ? ".exe" : ""}`;
    const told = await command(work, program, "version");
    if (!told.startsWith(`chat ${version} `)) throw new Error(`it says that it is ${told}`);
    await talk(program, work);
    return `${told} talks`;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Opens a room, and says something in it. */
async function talk(program: string, work: string): Promise<void> {
  const server = new Deno.Command(program, {
    args: ["serve", "--data", `${work}/data`, "--port", "0", "--no-tls"],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let log = "";
    let port: string | undefined;
    while (port === undefined || !log.includes("The server is ready")) {
      const { value } = await output.read();
      if (value === undefined) throw new Error(`the server ended: ${log}`);
      log += value;
      port = /^The socket is bound to \S+:(\d+)$/m.exec(log)?.[1];
    }
    const guest = new Deno.Command(program, {
      args: ["join", `127.0.0.1:${port}`, "--name", "smoke", "--no-tls", "--quiet"],
      stdin: "piped",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const input = guest.stdin.getWriter();
    await input.write(new TextEncoder().encode("does it talk?\n"));
    await input.close();
    const { code } = await guest.status;
    if (code !== 0) throw new Error(`chat join ended with status ${code}`);
    const kept = await command(work, program, "export", "lobby", "--data", `${work}/data`);
    if (!/smoke @ .* >> does it talk\?/.test(kept)) throw new Error(`the room has only: ${kept}`);
  } finally {
    server.kill();
    await output.cancel();
    await server.status;
  }
}
