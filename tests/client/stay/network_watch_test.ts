import { assertEquals } from "@std/assert";
import { NetworkWatch } from "../../../lib/client/stay/network_watch.ts";

const WIFI = ["127.0.0.1", "192.0.2.7"];
const BOTH = [...WIFI, "198.51.100.3"];

type Look = readonly [seconds: number, addresses: readonly string[], own?: string];

Deno.test("NetworkWatch: it tells an address that is gone, other addresses, and sleep", () => {
  const cases: [name: string, looks: readonly Look[], changes: (string | undefined)[]][] = [
    ["quiet", [[0, WIFI, "192.0.2.7"], [1, WIFI, "192.0.2.7"]], [undefined, undefined]],
    ["another order", [[0, BOTH], [1, BOTH.toReversed()]], [undefined, undefined]],
    ["one more", [[0, WIFI], [1, BOTH], [2, BOTH]], [undefined, "changed", undefined]],
    ["one less", [[0, BOTH], [1, WIFI]], [undefined, "changed"]],
    ["ours is gone", [[0, BOTH, "192.0.2.7"], [1, ["127.0.0.1"], "192.0.2.7"]], [
      undefined,
      "gone",
    ]],
    ["another one is gone", [[0, BOTH, "192.0.2.7"], [1, WIFI, "192.0.2.7"]], [
      undefined,
      "changed",
    ]],
    ["the system writes ours in another way", [[0, WIFI, "::1"], [1, WIFI, "::1"]], [
      undefined,
      undefined,
    ]],
    ["sleep", [[0, WIFI], [3600, WIFI], [3601, WIFI]], [undefined, "slept", undefined]],
    ["the clock is set back", [[3600, WIFI], [0, WIFI]], [undefined, undefined]],
    ["the system tells nothing", [[0, [], "192.0.2.7"], [1, [], "192.0.2.7"], [60, []]], [
      undefined,
      undefined,
      "slept",
    ]],
    ["it tells nothing once", [[0, WIFI], [1, []], [2, WIFI]], [undefined, undefined, undefined]],
  ];
  for (const [name, looks, changes] of cases) {
    const watch = new NetworkWatch();
    const told = looks.map(([at, addresses, own]) => watch.look(at * 1000, addresses, own));
    assertEquals(told, changes, name);
  }
});
