/**
 * The other servers of the same chat, of which the clients are told so that they can go there.
 *
 * Source: docs/protocol.md, "Several servers".
 * @module
 */
import { type NodeAddress, NODES, nodesToken } from "../../irc/node_address.ts";
import { NUMERICS } from "../../irc/numerics.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { User } from "./user.ts";
import type { World } from "./world.ts";

/**
 * Sets the other servers, those first that clients should hear of if a line can't hold all, and
 * tells the users of this server if that changes what they know.
 */
export function setNodes(world: World, nodes: readonly NodeAddress[], now: number): void {
  const [before, token] = [nodesToken(world.nodes), nodesToken(nodes)];
  world.nodes = nodes;
  if (token === before) return;
  for (const user of world.users.all()) {
    user.deliverUnlabelled(lineFor(world, user, token ?? `-${NODES}`, now));
  }
}

/** Tells a user of the other servers, if there are any. */
export function sendNodes(world: World, user: User, now: number): void {
  const token = nodesToken(world.nodes);
  if (token !== undefined) user.deliver(lineFor(world, user, token, now));
}

function lineFor(world: World, user: User, token: string, now: number): Delivery {
  const [code, text] = NUMERICS.RPL_ISUPPORT;
  return world.fromServer(code, [user.target, token, text], now);
}
