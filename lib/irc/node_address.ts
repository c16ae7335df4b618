/**
 * The servers that form one chat, as each tells its clients of the others: a token of ISUPPORT of
 * this project. See docs/protocol.md, "Several servers".
 * @module
 */

/** How clients reach a server. */
export interface NodePlace {
  /** A host name or an address, without brackets. */
  readonly host: string;
  /** The ports, without encryption, with it, and for browsers; undefined if it has none. */
  readonly port?: number | undefined;
  readonly tlsPort?: number | undefined;
  readonly webPort?: number | undefined;
  /** The fingerprint of its certificate: `SHA256:...`. */
  readonly fingerprint?: string | undefined;
}

/** A server of a chat. */
export interface NodeAddress extends NodePlace {
  readonly name: string;
}

/** The name of the token. */
export const NODES = "chat.internal/NODES";

/** The most bytes of the token: it has a line of its own, behind the longest names. */
const MOST_BYTES = 300;

/** The most servers that are read of one token. */
const MOST = 20;

/** A server in the token; what follows a further `|` is of a later version. */
const FORM = /^([\w.:%-]{1,253})\|(\d{0,5})\|(\d{0,5})\|(\d{0,5})\|([\w-]{43})?(?:\|.*)?$/;

/** A server as the token has it. */
export function writeNode({ host, port, tlsPort, webPort, fingerprint = "" }: NodePlace): string {
  const hash = fingerprint.replace("SHA256:", "").replaceAll("+", "-").replaceAll("/", "_");
  return [host, port, tlsPort, webPort, hash].join("|");
}

/** The token with as many of these servers as fit on a line; undefined if there are none. */
export function nodesToken(nodes: readonly NodePlace[]): string | undefined {
  let token = "";
  for (const node of nodes.map(writeNode)) {
    const longer = token === "" ? `${NODES}=${node}` : `${token},${node}`;
    if (FORM.test(node) && longer.length <= MOST_BYTES) token = longer;
  }
  return token || undefined;
}

/** The servers in the value of the token; what can't be understood is left out. */
export function parseNodes(value: string): NodePlace[] {
  return value.split(",").slice(0, MOST).flatMap((node) => {
    const [, host, port, tlsPort, webPort, hash] = FORM.exec(node) ?? [];
    if (host === undefined) return [];
    const fingerprint = hash && `SHA256:${hash.replaceAll("-", "+").replaceAll("_", "/")}`;
    const [plain, secure, web] = [port, tlsPort, webPort].map((digits) => {
      const number = Number(digits);
      return number > 0 && number < 65536 ? number : undefined;
    });
    return [{ host, port: plain, tlsPort: secure, webPort: web, fingerprint }];
  });
}
