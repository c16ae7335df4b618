import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SqliteRows } from "../../lib/store/sqlite/rows.ts";
import { migrate } from "../../lib/store/sqlite/schema.ts";
import { needing } from "../permitted.ts";

const permitted = needing("read");

/** SQLite's plan for each query that reading history prepares. */
function plans(): Map<string, string[]> {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  const queries: string[] = [];
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => {
    queries.push(sql);
    return prepare(sql);
  };
  new SqliteRows(db);
  const explained = queries.map((sql) => {
    const steps = prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    return [sql, steps.map(({ detail }) => String(detail))] as const;
  });
  db.close();
  return new Map(explained);
}

Deno.test(permitted("Query plans: no query of history scans all of it", () => {
  const found = plans();
  assert(found.size > 5);
  for (const [sql, steps] of found) {
    // A scan of the found page is fine.
    const scans = steps.filter((step) => step.startsWith("SCAN") && step !== "SCAN found");
    assertEquals(scans, [], sql);
  }
}));

Deno.test(
  permitted("Query plans: messages are found without a scan of joins and departures", () => {
    const stretches = [...plans()].filter(([sql]) => /\bmessage = /.test(sql));
    assert(stretches.length > 1);
    for (const [sql, steps] of stretches) {
      assert(steps.some((step) => step.includes("conversation=? AND message=?")), sql);
    }
  }),
);

Deno.test(
  permitted(
    "SQL: values are given in order, as an older node:sqlite takes no numbered ones",
    async () => {
      const directory = new URL("../../lib/store/sqlite/", import.meta.url);
      for await (const { name } of Deno.readDir(directory)) {
        const text = await Deno.readTextFile(new URL(name, directory));
        assertEquals(/[ (]\?\d/.exec(text)?.[0], undefined, name);
      }
    },
  ),
);
