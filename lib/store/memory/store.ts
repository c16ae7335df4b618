/**
 * A store in memory, for servers that leave nothing on disk and for tests.
 * @module
 */
import { MemoryAccounts } from "./accounts.ts";
import { type Bounds, MemoryHistory } from "./history.ts";
import { MemoryReplica } from "./replica.ts";
import { MemoryState } from "./server_state.ts";
import type { Store } from "../store.ts";

/** Some 30 MB of ordinary messages. */
const BOUNDS: Bounds = { perConversation: 10_000, total: 50_000 };

export function memoryStore(bounds: Bounds = BOUNDS): Store {
  const accounts = new MemoryAccounts();
  const serverState = new MemoryState();
  const history = new MemoryHistory(bounds, { accounts, serverState });
  const replica = new MemoryReplica({ accounts, serverState, history });
  const health = () => ({ fault: undefined, seconds: {} });
  return { history, accounts, serverState, replica, health, close() {} };
}
