/**
 * Tells a stay what happens to the network of this machine.
 * @module
 */
import { LOOK_MS, NetworkWatch } from "../../client/stay/network_watch.ts";
import type { NetworkListener } from "../../client/stay/stay_options.ts";
import { interfaces } from "../serve/hosts.ts";

/**
 * Looks at the addresses of this machine and at the clock each second.
 *
 * @param own the address of our end of the connection, if there is one.
 * @param addresses the addresses of this machine, instead of asking the system.
 * @returns a function that ends it.
 */
export function watchNetwork(
  stay: NetworkListener,
  own: () => string | undefined,
  addresses = () => interfaces().map(({ address }) => address),
): () => void {
  const watch = new NetworkWatch();
  const look = () => {
    const isUp = stay.link === "up";
    switch (watch.look(Date.now(), addresses(), isUp ? own() : undefined)) {
      case "gone":
        return stay.cut();
      case "slept":
        return stay.check();
      case "changed":
        return isUp ? undefined : stay.check();
    }
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}
