import { assertEquals, assertRejects } from "@std/assert";
import { readKnownHosts, rememberHost } from "../../../lib/cli/join/known_hosts_file.ts";
import { ownPaths } from "../../../lib/cli/join/own_files.ts";
import { KnownHostsError } from "../../../lib/client/trust/known_hosts.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

Deno.test(
  permitted(
    "Known hosts file: it is stored with the settings, if the system has a place for them",
    () => {
      const cases: [os: string, env: Record<string, string>, path: string | undefined][] = [
        ["linux", { HOME: "/home/a" }, "/home/a/.config/chat/known_hosts"],
        ["linux", { HOME: "/home/a", XDG_CONFIG_HOME: "/c" }, "/c/chat/known_hosts"],
        ["linux", { HOME: "/home/a", XDG_CONFIG_HOME: "c" }, "/home/a/.config/chat/known_hosts"],
        ["darwin", { HOME: "/Users/a" }, "/Users/a/Library/Application Support/chat/known_hosts"],
        ["windows", { LOCALAPPDATA: "C:\\a" }, "C:\\a\\chat\\known_hosts"],
        ["linux", {}, undefined],
      ];
      for (const [os, env, path] of cases) {
        assertEquals(ownPaths(os, env).knownHosts, path);
      }
    },
  ),
);

Deno.test(
  permitted(
    "Known hosts file: entries are kept for the owner only, and a broken file is left alone",
    async () => {
      const directory = await Deno.makeTempDir({ prefix: "chat" });
      const path = `${directory}/new/chat/known_hosts`;
      assertEquals(await readKnownHosts(path), []);
      const entry = { host: "chat.example", port: 6697, fingerprint: null, since: "2026-01-02" };
      await rememberHost(path, entry);
      await rememberHost(path, { ...entry, host: "irc.example" });
      await rememberHost(path, { ...entry, since: "2026-02-02" });
      assertEquals(await readKnownHosts(path), [
        { ...entry, since: "2026-02-02", line: 1 },
        { ...entry, host: "irc.example", line: 2 },
      ]);
      if (Deno.build.os !== "windows") assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
      await Deno.writeTextFile(path, "nonsense\n");
      await assertRejects(() => readKnownHosts(path), KnownHostsError, "line 1");
      await assertRejects(() => rememberHost(path, entry), KnownHostsError, "line 1");
      assertEquals(await Deno.readTextFile(path), "nonsense\n");
      assertEquals([...Deno.readDirSync(`${directory}/new/chat`)].length, 1);
      await Deno.remove(directory, { recursive: true });
    },
  ),
);
