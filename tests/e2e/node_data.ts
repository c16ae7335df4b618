/**
 * What a server of a cluster has in its file: the history, and the last state that was compared.
 * @module
 */
import { DatabaseSync } from "node:sqlite";

/** The state of a server after an entry, as JSON data. */
export interface Replica {
  readonly sequence: number;
  readonly state: unknown;
}

function read<T>(data: string, run: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(`${data}/chat.db`, { readOnly: true });
  try {
    return run(db);
  } finally {
    db.close();
  }
}

/** Reads the state that a server keeps; undefined if it has none. */
export function replicaOf(data: string): Replica | undefined {
  try {
    return read(data, (db) => {
      const row = db.prepare("SELECT json_group_object(name, value) AS all_ FROM replica").get();
      const { sequence, world, tables } = JSON.parse(String(row!.all_));
      return { sequence, state: { ...JSON.parse(world), tables: JSON.parse(tables) } };
    });
  } catch {
    return undefined;
  }
}

/** What is in the history of a server: lines, each with its place and its conversation first. */
export function historyOf(data: string): string[] {
  return read(data, (db) =>
    db.prepare(
      `SELECT place, key, source, account, message, command, msgid, params, tags, concat, time
       FROM items LEFT JOIN conversations ON conversations.id = conversation
         LEFT JOIN authors ON authors.id = author ORDER BY place`,
    ).all().map((row) => Object.values(row).join(" ")));
}

/** In which fields states differ, as lines for people. */
export function replicasDiffer(
  names: readonly string[],
  replicas: readonly (Replica | undefined)[],
): string[] {
  const lines = names.map((name, index) => `${name} keeps ${replicas[index]?.sequence}`);
  for (const [index, one] of replicas.entries()) {
    for (const [at, other] of replicas.entries()) {
      if (at <= index || one === undefined || one.sequence !== other?.sequence) continue;
      const found = differences(one.state, other.state).slice(0, 20);
      lines.push(...found.map((line) => `${names[index]} and ${names[at]}: ${line}`));
    }
  }
  return lines;
}

function differences(one: unknown, other: unknown, path = ""): string[] {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  if (a === b) return [];
  if (!isParent(one) || !isParent(other)) {
    return [`${path}: ${String(a).slice(0, 200)} | ${String(b).slice(0, 200)}`];
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  const found = [...keys].flatMap((key) => differences(one[key], other[key], `${path}.${key}`));
  return found.length > 0 ? found : [`${path}: in another order`];
}

function isParent(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
