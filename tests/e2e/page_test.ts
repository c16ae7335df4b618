import { permitted } from "../permitted.ts";
import { NO_BROWSER } from "../web/browser.ts";
import { PageScene, PHONE, say } from "../web/page_scene.ts";
import { bystander } from "./raw_client.ts";

Deno.test(
  permitted("Page: the program serves it, from its sources and as an executable", async () => {
    await using scene = await PageScene.start();
    await using other = await bystander(scene.server.port);
    const ada = await scene.enter("Ada", PHONE);
    await say(ada, "hello from a browser");
    await other.until(/^:Ada!\S+ PRIVMSG #lobby :hello from a browser$/);
    await other.send("PRIVMSG Ada :hello back");
    await ada.until("a count", "return document.title.startsWith('(1) ')");
  }, NO_BROWSER),
);
