import { assertEquals } from "@std/assert";
import { perform, type Person, SCREENS, SERVER_LOG, withoutPorts, withoutTimes } from "./script.ts";
import { permitted } from "../permitted.ts";

Deno.test(
  permitted(
    "Conversation: three people talk, and all screens and the server's log are as expected",
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
