/**
 * The servers that others told of: the text of a file. A fingerprint is there only if a server told
 * it that was certain. It counts only for going on with the chat of that server: nobody's word makes
 * a server a known one.
 * @module
 */
import { type NodePlace, parseNodes, writeNode } from "../../irc/node_address.ts";
import { addressOf } from "./target.ts";

/** The most servers of which the others are remembered. */
const MOST = 100;

/** A server by which a chat was reached, encrypted. */
interface Reached {
  readonly host: string;
  readonly port: number;
}

/** The file as it is; what can't be understood is left out. */
function parse(text: string): Record<string, string> {
  try {
    const file: unknown = JSON.parse(text);
    if (typeof file !== "object" || file === null) return {};
    return Object.fromEntries(
      Object.entries(file).filter(([, nodes]) => typeof nodes === "string"),
    );
  } catch {
    return {};
  }
}

function keyOf({ host, port }: Reached): string {
  return addressOf({ host: host.toLowerCase(), port });
}

/** The other servers of the chat of this one. They are dialled with encryption only. */
export function knownNodes(text: string, server: Reached): readonly NodePlace[] {
  const { [keyOf(server)]: nodes = "" } = parse(text);
  return parseNodes(nodes).map((node) => ({ ...node, port: undefined }));
}

/** The text of the file with these as the other servers. */
export function withNodes(text: string, server: Reached, nodes: readonly NodePlace[]): string {
  const { [keyOf(server)]: _, ...others } = parse(text);
  const secure = nodes.filter(({ tlsPort }) => tlsPort !== undefined);
  const own = secure.length > 0 && { [keyOf(server)]: secure.map(writeNode).join() };
  const rows = Object.entries({ ...own, ...others }).slice(0, MOST);
  return rows.length === 0 && text === ""
    ? ""
    : `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`;
}
