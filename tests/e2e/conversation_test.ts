import { assertEquals } from "@std/assert";
import { perform, type Person, SCREENS, SERVER_LOG, withoutPorts, withoutTimes } from "./script.ts";
import { permitted } from "../permitted.ts";

Deno.test(
  permitted(
    "three people talk, and everyone's screen and the server's log are what they should be",
    async () => {
      const { screens, log, statuses } = await perform();
      for (const [who, expected] of Object.entries(SCREENS)) {
        assertEquals(withoutTimes(screens[who as Person]), expected);
      }
      assertEquals(withoutPorts(log), SERVER_LOG);
      assertEquals(statuses, { Gamze: 0, Alperen: 0, server: 0 });
    },
  ),
);
