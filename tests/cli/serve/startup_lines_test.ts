import { assertEquals } from "@std/assert";
import { placeOf } from "../../../lib/cli/serve/startup_lines.ts";
import { isAnyAddress } from "../../../lib/net/address.ts";
import { defaults, merge } from "../../../lib/server/settings/config.ts";
import { permitted } from "../../permitted.ts";

Deno.test(
  permitted("placeOf: others are told the address that is given, or that of the machine", () => {
    const hostOf = (host: string | null, address: string | null) =>
      placeOf(merge(defaults(), { host, cluster: { address } }), [], undefined, undefined).host;
    assertEquals(hostOf(null, "chat.example.org"), "chat.example.org");
    assertEquals(hostOf("192.0.2.7", null), "192.0.2.7");
    // Something that other machines find, which a name like vm.local may not be.
    const own = hostOf(null, null);
    assertEquals([isAnyAddress(own), own.endsWith(".local")], [false, false]);
  }),
);
