import { assertEquals } from "@std/assert";
import type { Store } from "../../lib/store/store.ts";
import { Random } from "../fuzz/random.ts";
import { inDirectory, item, onDisk, opened } from "./stores.ts";

/** The secrets that are in a file of the directory. */
function found(directory: string, secrets: readonly string[]): string[] {
  const decoder = new TextDecoder("latin1");
  const texts = [...Deno.readDirSync(directory)].map(({ name }) =>
    decoder.decode(Deno.readFileSync(`${directory}/${name}`)).toLowerCase()
  );
  return secrets.filter((secret) => texts.some((text) => text.includes(secret.toLowerCase())));
}

/** A unique word, in capitals because the index is in lower case. */
function secret(number: number): string {
  return `SECRET${(number * 7919 + 1e6).toString(36)}Q`;
}

/** Appends messages to a store and indexes some of them. Returns their secrets. */
function talk(store: Store, count: number, random: Random): string[] {
  const secrets: string[] = [];
  for (let number = 0; number < count; number++) {
    const text = `${"and ".repeat(random.below(40))}${secret(number)} was said`;
    secrets.push(secret(number));
    store.history.append(item({ msgid: `r${number}`, params: ["#lobby", text], time: number }));
    if (random.oneIn(50)) store.history.commit();
    if (random.oneIn(400)) {
      store.history.search({ conversations: ["#lobby"], text: secret(number), limit: 1 });
    }
  }
  store.history.commit();
  return secrets;
}

Deno.test(onDisk("Redaction: redacted text is not on the disk any more", async () => {
  await inDirectory((directory) => {
    const random = new Random(3);
    const store = opened(directory);
    const secrets = talk(store, 3000, random);
    assertEquals(found(directory, secrets.slice(0, 50)).length, 50, "they were there");
    const all = secrets.map((_, number) => number).sort(() => random.next() - 0.5);
    for (const some of [all.slice(0, 1), all.slice(1, 400), all.slice(400, 2800)]) {
      for (const number of some) assertEquals(store.history.redact(`r${number}`), true);
      store.history.commit();
      assertEquals(found(directory, some.map(secret)), []);
    }
    const rest = all.slice(2800);
    assertEquals(found(directory, rest.map(secret)).length, rest.length, "the others still are");
    store.close();
    assertEquals(found(directory, all.slice(0, 2800).map(secret)), []);
  });
}));

Deno.test(
  onDisk(
    "Redaction: text removed for its age is not on the disk once the store is closed",
    async () => {
      await inDirectory((directory) => {
        const store = opened(directory);
        const secrets = talk(store, 1000, new Random(4));
        while (store.history.prune({ days: 0, perConversation: 10 }, 1e6));
        store.close();
        assertEquals(found(directory, secrets), secrets.slice(990));
      });
    },
  ),
);

Deno.test(
  onDisk(
    "Redaction: a redacted text may stay while another program reads, and then goes",
    async () => {
      await inDirectory((directory) => {
        const store = opened(directory);
        const secrets = talk(store, 100, new Random(5));
        const reader = opened(directory, { server: false });
        // A reader that holds a page, like a suspended program.
        const { history } = reader;
        assertEquals(history.find("r5")?.msgid, "r5");
        store.history.redact("r5");
        store.history.commit();
        assertEquals(history.find("r5"), undefined);
        reader.close();
        store.history.commit();
        assertEquals(found(directory, [secrets[5]!]), []);
        store.close();
      });
    },
  ),
);
