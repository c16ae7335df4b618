/**
 * A process that uses a store as a server does: `child.ts DIRECTORY`. It appends messages as fast
 * as it can, and prints the id of each when it is safe. With `lock` it only opens the store and
 * waits for the end of its input. With `register` it makes and deletes accounts, and prints each
 * change when it is done. With `redate TIME` it appends a message of that time with each commit.
 */
import { openStore } from "../../lib/store/open.ts";
import { item } from "./stores.ts";

const [directory = "", what = "write", time = "0"] = Deno.args;
const opened = openStore(directory, (event) => console.error(event.message));
if ("fault" in opened) {
  console.log(opened.fault.message);
} else if (what === "lock") {
  console.log("open");
  for await (const _ of Deno.stdin.readable);
  opened.store.close();
} else if (what === "register") {
  const keys = { mechanism: "x", salt: "", iterations: 1, storedKey: "", serverKey: "" };
  const { accounts } = opened.store;
  for (let serial = 0;; serial++) {
    accounts.add(`n${serial}x`, keys, serial);
    console.log(`+n${serial}x`);
    if (serial % 3 > 0) continue;
    accounts.remove(`n${serial - 3}x`);
    console.log(`-n${serial - 3}x`);
  }
} else if (what === "redate") {
  const { history } = opened.store;
  for (let serial = 0;; serial++) {
    history.append(item({ msgid: `c${serial}`, time: Number(time) + serial }));
    history.commit();
    Deno.stdout.writeSync(new TextEncoder().encode(`c${serial}\n`));
    await new Promise((resolve) => setTimeout(resolve));
  }
} else {
  const { history } = opened.store;
  const encoder = new TextEncoder();
  const run = crypto.randomUUID();
  let serial = 0;
  while (true) {
    const batch = Array.from({ length: 1 + serial % 7 }, () => `${run}-${serial++}`);
    for (const msgid of batch) {
      const text = `text ${msgid} ${"and more ".repeat(serial % 30)}`;
      history.append(item({ msgid, time: Date.now(), params: ["#lobby", text] }));
    }
    history.commit();
    Deno.stdout.writeSync(encoder.encode(batch.map((msgid) => `${msgid}\n`).join("")));
    if (serial % 5 === 0) history.redact(`${run}-${serial - 3}`);
    if (serial % 11 === 0) history.prune({ days: 0, perConversation: 5000 }, Date.now());
    if (serial % 13 === 0) history.search({ conversations: ["#lobby"], text: "more", limit: 5 });
    // Let reads and timers run.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
