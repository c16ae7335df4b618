import { assert, assertEquals } from "@std/assert";
import { ServerProcess, start } from "./program.ts";
import { HAS_IPV6, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** A configuration file that can change while a server uses it. */
class ConfigFile implements AsyncDisposable {
  private constructor(readonly directory: string, readonly path: string) {}

  /** Creates a file with this content. */
  static async create(content: unknown): Promise<ConfigFile> {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    const file = new ConfigFile(directory, `${directory}/chat.json`);
    await file.write(content);
    return file;
  }

  /** Replaces the content: a string as it is, anything else as JSON. */
  async write(content: unknown): Promise<void> {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await Deno.writeTextFile(this.path, text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

const CALM = ["--max-messages-per-second", "0"];

const OPERS = [{ name: "root", password: "hunter2" }];

const OLD = { motd: "eski", opers: OPERS, limits: { channelsPerUser: 10 } };

const NEW = {
  motd: "yeni",
  password: "sesame",
  opers: [{ name: "admin", password: "hunter3" }],
  limits: { channelsPerUser: 1 },
};

/** Contents that are refused, and the errors. */
const BROKEN: readonly (readonly [content: unknown, why: RegExp])[] = [
  [{ ...NEW, limits: { burts: 1 } }, /unknown key "limits\.burts"\. Did you mean "?limits\.burst/],
  [{ ...NEW, motd: 1 }, /motd must be text/],
  ["{", /not valid JSON at line 1, column 2/],
];

/** Connects and registers as a guest. */
async function knock(port: number, ...lines: string[]): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.send(...lines, "NICK guest", "USER g 0 * :g");
  return client;
}

/** Checks the settings that the user's connection shows. */
async function assertSettings(user: RawClient, settings: typeof OLD | typeof NEW): Promise<void> {
  await user.send("MOTD", "VERSION");
  await user.until(new RegExp(` 372 \\S+ :- ${settings.motd}$`));
  await user.until(new RegExp(` CHANLIMIT=#:${settings.limits.channelsPerUser} `));
}

/** Ways to reload the file, and how the result is reported. */
const WAYS = [
  {
    name: "SIGHUP",
    missing: Deno.build.os === "windows" ? "Windows has none" : "",
    async read(server: ServerProcess, _oper: RawClient): Promise<void> {
      await Promise.resolve(server.kill("SIGHUP"));
    },
    told: undefined,
  },
  {
    name: "REHASH",
    missing: "",
    async read(_server: ServerProcess, oper: RawClient): Promise<void> {
      await oper.send("REHASH");
      await oper.until(/ 382 Furkan configuration :?Rehashing$/);
    },
    told: / NOTICE Furkan :(.*)$/,
  },
];

for (const { name, missing, read, told } of WAYS) {
  Deno.test(
    permitted(`Reload: ${name} takes over what the file says now, and drops nobody`, async () => {
      await using file = await ConfigFile.create(OLD);
      await using server = await ServerProcess.start([...CALM, "--config", file.path]);
      await using furkan = await RawClient.user(server.port, "Furkan");
      await furkan.send("JOIN #lobby,#müzik", "OPER root hunter2");
      await furkan.until(/ 381 Furkan /);
      await using gamze = await RawClient.user(server.port, "Gamze");
      await gamze.send("JOIN #lobby");
      await assertSettings(gamze, OLD);

      for (const [content, why] of BROKEN) {
        await file.write(content);
        await read(server, furkan);
        if (told !== undefined) {
          const [, text] = await furkan.until(told);
          assert(text!.startsWith("The configuration was not changed. ") && why.test(text!), text);
        }
        const [line] = await server.line(/^\S+ \S+ The configuration was not changed\. .*$/);
        assert(why.test(line), line);
        await assertSettings(gamze, OLD);
      }

      await file.write(NEW);
      await read(server, furkan);
      if (told !== undefined) {
        await furkan.until(/ NOTICE Furkan :The configuration was reloaded$/);
      }
      await server.line(/^\S+ \S+ The configuration was read again$/);
      await assertSettings(gamze, NEW);
      assertEquals(/ is disconnected/.exec(server.stdout.text), null);
      // Present users keep their rooms and rights; the limit applies to new rooms.
      await gamze.send("JOIN #tea", "OPER root hunter2");
      await gamze.until(/ 405 Gamze #tea /);
      await gamze.until(/ 464 Gamze /);
      await gamze.send("OPER admin hunter3");
      await gamze.until(/ 381 Gamze /);
      await using refused = await knock(server.port);
      await refused.until(/ 464 \S+ /);
      assert(/^ERROR /.test(await refused.end()));
      await using admitted = await knock(server.port, "PASS sesame");
      await admitted.until(/ 001 guest /);
      await furkan.send("PRIVMSG #lobby :Hâlâ burada mısın?");
      await gamze.until(/^:Furkan!\S+ PRIVMSG #lobby :Hâlâ burada mısın\?$/);
    }, missing),
  );
}

Deno.test(
  permitted(
    "Hashed password: the right one admits at once, and answers to wrong ones are held back",
    async () => {
      await using hasher = start(["hash-password"]);
      await hasher.write("açıl susam\n");
      await hasher.closeStdin();
      assertEquals(await hasher.exit(), 0);
      const hash = hasher.stdout.text.trimEnd();
      await using file = await ConfigFile.create({
        password: hash,
        opers: [{ name: "root", password: hash }],
      });
      await using server = await ServerProcess.start(["--config", file.path]);
      const guess = async (password: string, hostname = "127.0.0.1", nick = "guest") => {
        const begin = performance.now();
        const client = await RawClient.connect(server.port, { hostname });
        await client.send(`PASS :${password}`, `NICK ${nick}`, "USER g 0 * :g");
        const [, code] = await client.until(/ (001|464) /);
        const ms = performance.now() - begin;
        if (code === "001") await client.send("QUIT");
        await client.end();
        return { code, ms };
      };
      // Three wrong guesses are only delayed by the hashing. The fourth answer takes a second.
      const codes: (string | undefined)[] = [];
      for (const password of ["açıl", "susam", hash]) codes.push((await guess(password)).code);
      const wrong = await guess("");
      const right = await guess("açıl susam");
      assertEquals([...codes, wrong.code, right.code], ["464", "464", "464", "464", "001"]);
      assert(wrong.ms >= 1000, `${wrong.ms} ms`);
      if (HAS_IPV6) assertEquals((await guess("açıl susam", "::1", "other")).code, "001");
      await using oper = await knock(server.port, "PASS :açıl susam");
      await oper.send("OPER root :açıl susam");
      await oper.until(/ 381 guest /);
      assertEquals(server.stdout.text.includes("susam"), false);
    },
  ),
);
