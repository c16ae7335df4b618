/**
 * The servers by which a chat is reached, in the order in which they are dialled.
 * @module
 */
import type { NodePlace } from "../../irc/node_address.ts";
import type { NamedHost, Target } from "../trust/target.ts";

/** A server other than the one that the person named first. */
export type OtherServer =
  /** One that the person named too. */
  | NamedHost & { readonly kind: "named" }
  /** One that a server told. It has a fingerprint only if that server was certain. */
  | NodePlace & { readonly kind: "told" };

/** A server to dial; undefined is the one that the person named first. */
export type Route = OtherServer | undefined;

/** The ports that are meant if none is given; the last two are those of pages. */
const USUAL_PORTS = [6697, 6667, 443, 80];

export class Routes {
  readonly #named: readonly NamedHost[];
  #all: readonly Route[];

  constructor(target: Target) {
    const { others = [] } = target;
    this.#named = [target, ...others];
    this.#all = [undefined, ...others.map((host): Route => ({ ...host, kind: "named" }))];
  }

  get all(): readonly Route[] {
    return this.#all;
  }

  /** The servers that were told. */
  get told(): readonly NodePlace[] {
    return this.#all.filter((route) => route?.kind === "told");
  }

  /** Dials a server before or after all others from now on. */
  move(route: Route, to: "first" | "last"): void {
    const others = this.#all.filter((one) => one !== route);
    this.#all = to === "first" ? [route, ...others] : [...others, route];
  }

  /**
   * Takes what a server told about the others, instead of what was told before.
   *
   * @param current the server that told it.
   */
  learn(nodes: readonly NodePlace[], current: Route): void {
    const fresh = nodes.filter((node) => !this.#named.some((host) => isMeant(host, node)));
    const kept = this.#all.flatMap((route): Route[] => {
      if (route?.kind !== "told") return [route];
      const at = fresh.findIndex((node) => isSame(node, route));
      const [node] = at < 0 ? [] : fresh.splice(at, 1);
      // The current one does not name itself.
      if (route === current) return [route];
      return node === undefined ? [] : [{ ...node, kind: "told" }];
    });
    this.#all = [...kept, ...fresh.map((node): Route => ({ ...node, kind: "told" }))];
  }
}

function isSame(one: NodePlace, other: NodePlace): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.port === other.port &&
    one.tlsPort === other.tlsPort && one.webPort === other.webPort;
}

/** Whether a person who names a host means this server. */
function isMeant({ host, port }: NamedHost, node: NodePlace): boolean {
  const ports = port === undefined ? USUAL_PORTS : [port];
  return node.host.toLowerCase() === host.toLowerCase() &&
    [node.port, node.tlsPort, node.webPort].some((one) => one && ports.includes(one));
}
