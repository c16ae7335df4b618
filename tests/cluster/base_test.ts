import { assertEquals } from "@std/assert";
import { baseOf } from "../../lib/cluster/base.ts";
import type { StreamInfo } from "../../lib/cluster/nats/jet_stream.ts";
import type { Agreement } from "../../lib/cluster/records.ts";
import { needing } from "../permitted.ts";
import { item, opened } from "../store/stores.ts";

const permitted = needing("read", "write");

const AGREEMENT = { runId: "chat", startedEmpty: true } as Agreement;

function stream(firstSequence: number, lastSequence: number, storage = "file"): StreamInfo {
  const rest = { created: "", leader: undefined, followers: [] };
  return { firstSequence, lastSequence, messages: 0, bytes: 0, config: { storage }, ...rest };
}

/** What a node begins with that has, or has not, a snapshot after the entry 100. */
async function base(
  info: StreamInfo,
  { has = true, isFirst = false, isAlone = false, runId = "chat" } = {},
) {
  const directory = await Deno.makeTempDir();
  const store = opened(directory);
  try {
    if (has) {
      const world = JSON.stringify({ agreement: { ...AGREEMENT, runId } });
      store.history.append(item({ msgid: "old" }));
      store.replica.keep({ sequence: 100, world });
      store.history.append(item({ msgid: "new" }));
      store.history.commit();
    }
    const found = baseOf(store, info, { agreement: AGREEMENT, isFirst, isAlone, directory });
    return [found, store.history.find("new") !== undefined] as const;
  } finally {
    store.close();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  permitted(
    "baseOf: a node goes on from what it has, or copies what would take too long",
    async () => {
      const kind = async (...args: Parameters<typeof base>) => {
        const [found] = await base(...args);
        return found.kind === "copy" ? `copy ${found.isNeeded}` : found.kind;
      };
      assertEquals(await kind(stream(1, 120)), "snapshot");
      assertEquals(await kind(stream(101, 120)), "snapshot");
      assertEquals(await kind(stream(102, 120)), "copy true");
      assertEquals(await kind(stream(1, 50_000)), "copy false");
      assertEquals(await kind(stream(1, 50_000), { isAlone: true }), "snapshot");
      assertEquals(await kind(stream(1, 50)), "refused");
      assertEquals(await kind(stream(1, 120), { runId: "other" }), "refused");
      assertEquals(await kind(stream(1, 120), { has: false }), "beginning");
      assertEquals(await kind(stream(5, 120), { has: false }), "copy true");
      assertEquals(await kind(stream(1, 50_000), { has: false }), "copy true");
      assertEquals(await kind(stream(1, 120, "memory"), { has: false }), "copy true");
    },
  ),
);

Deno.test(
  permitted(
    "baseOf: what the first node has is the chat's, also what came after its last snapshot",
    async () => {
      const [found, hasNew] = await base(stream(1, 1), { isFirst: true, runId: "other" });
      assertEquals([found.kind, hasNew], ["first", true]);
      const [again, hasStill] = await base(stream(1, 120));
      assertEquals([again.kind, hasStill], ["snapshot", false]);
    },
  ),
);
