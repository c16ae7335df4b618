/**
 * What the worlds of fuzz tests are made of.
 * @module
 */
import { toBase64 } from "../../lib/crypto/base64.ts";
import { cloaks } from "../../lib/server/entry/cloak.ts";
import type { Config } from "../../lib/server/settings/config.ts";
import type { WorldInit } from "../../lib/server/world/world_init.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import type { Store } from "../../lib/store/store.ts";
import { mix, quickHashes } from "./quick_hashes.ts";

const encoder = new TextEncoder();

/** A world that is the same each time, and waits for nothing. */
export function quickInit(
  config: Config,
  startedAt: number,
  reload: () => Promise<void>,
): WorldInit & { readonly store: Store } {
  const digestOf = (text: string) => mix(encoder.encode(text));
  return {
    config,
    name: "chat.test",
    version: "chat 0.0.0",
    startedAt,
    runId: "run",
    store: memoryStore(),
    cloak: cloaks(digestOf),
    hashes: quickHashes(),
    digest: (text) => toBase64(digestOf(text)),
    loginSecret: new Uint8Array(32),
    writer: { before: () => {}, expect: () => {} },
    log: () => {},
    verify: (stored, given) => Promise.resolve(stored === given),
    clockTime: (time) => new Date(time).toISOString().slice(0, 19),
    stopwatch: () => 0,
    wait: () => Promise.resolve(),
    reload,
  };
}
