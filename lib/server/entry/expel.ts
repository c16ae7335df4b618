/**
 * Ends the connections of banned users.
 * @module
 */
import { NUMERICS } from "../../irc/numerics.ts";
import type { HostBan } from "../world/host_bans.ts";
import type { User } from "../world/user.ts";
import type { World } from "../world/world.ts";

export function expel(
  world: World,
  user: User,
  { reason }: HostBan,
  now: number,
  name = user.target,
): void {
  const [code] = NUMERICS.ERR_YOUREBANNEDCREEP;
  const why = `You are banned from this server: ${reason}`;
  user.deliver(world.fromServer(code, [name, why], now));
  world.quit(user, `Banned: ${reason}`, now);
}
