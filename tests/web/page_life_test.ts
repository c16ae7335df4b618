/** The page in a real browser: what becomes of it if the connection, the tab or the server goes. */
import { assertEquals } from "@std/assert";
import { ServerProcess } from "../e2e/program.ts";
import { bystander } from "../e2e/raw_client.ts";
import { Wire } from "../e2e/wire.ts";
import { permitted } from "../permitted.ts";
import { type BrowserWindow, NO_BROWSER } from "./browser.ts";
import { answer, inside, PageScene, PHONE, say, texts } from "./page_scene.ts";

/** Lines of others that somebody in the room would see of people who come and go. */
function noise(lines: readonly string[]): string[] {
  return lines.filter((line) => /^:(?!bystander!)\S+ (JOIN|QUIT|PART|NICK) /.test(line))
    .map((line) => line.replace(/!\S+/, ""));
}

async function isUp(page: BrowserWindow): Promise<void> {
  await page.until("the connection", "return document.querySelector('#banner').innerText === ''");
}

Deno.test(
  permitted("Page: connections break, and nothing is lost, doubled or noticed", async () => {
    await using scene = await PageScene.start();
    await using wire = new Wire(Number(new URL(scene.url).port));
    await using other = await bystander(scene.server.port);
    const ada = await scene.enter("Ada", PHONE, `http://127.0.0.1:${wire.port}/`);
    await ada.type("#input", "half a li");
    const wanted: string[] = [];
    for (let round = 0; round < 6; round++) {
      wire.isDown = round % 2 === 0;
      wire.cut(round % 3 !== 0);
      await other.send(`PRIVMSG #lobby :heard ${round}`);
      wanted.push(`heard ${round}`);
      if (wire.isDown) await ada.sees("Trying again", "#banner");
      wire.isDown = false;
      await isUp(ada);
      await ada.sees(`heard ${round}`, "#feed");
    }
    assertEquals(await ada.run("return document.querySelector('#input').value"), "half a li");
    wire.isDown = true;
    wire.cut(true);
    await ada.keys("ne\uE007");
    await ada.sees("half a line", ".pending");
    wire.isDown = false;
    await other.until(/^:Ada!\S+ PRIVMSG #lobby :half a line$/);
    await ada.until("no pending line", "return document.querySelector('.pending') === null");
    assertEquals(await texts(ada), [...wanted, "half a line"]);
    await other.ping();
    assertEquals(noise(other.received.lines), [":Ada JOIN #lobby"]);
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: it is frozen and comes back, the connection dead or not", async () => {
    await using scene = await PageScene.start();
    await using wire = new Wire(Number(new URL(scene.url).port));
    await using other = await bystander(scene.server.port);
    const ada = await scene.enter("Ada", PHONE, `http://127.0.0.1:${wire.port}/`);
    for (const dead of [false, true]) {
      await ada.devtools("Page.setWebLifecycleState", { state: "frozen" });
      // The phone's network is gone, and nobody says so to the page.
      if (dead) wire.swallow("both");
      await other.send(`PRIVMSG #lobby :while frozen, ${dead}`);
      await other.ping();
      await ada.devtools("Page.setWebLifecycleState", { state: "active" });
      await ada.sees(`while frozen, ${dead}`, "#feed");
    }
    assertEquals(await texts(ada), ["while frozen, false", "while frozen, true"]);
    assertEquals(noise(other.received.lines), [":Ada JOIN #lobby"]);
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: it is loaded again, and another tab takes the name over", async () => {
    await using scene = await PageScene.start();
    await using other = await bystander(scene.server.port);
    const ada = await scene.enter("Ada");
    await say(ada, "/join #music");
    await ada.sees("#music", "h1");
    await say(ada, "before");
    await ada.type("#input", "a draft");
    await ada.until(
      "the draft is kept",
      "return sessionStorage.getItem('chat.tab').includes('a draft')",
    );
    await ada.reload();
    await inside(ada);
    await ada.sees("#music", "h1");
    await ada.until("the draft", "return document.querySelector('#input').value === 'a draft'");
    await ada.sees("before", "#feed");
    const first = await ada.handle;
    const second = await ada.newTab(scene.url);
    await answer(ada, "Ada");
    await ada.sees("Ada is in use in another tab of this browser.");
    await ada.press("Use it here instead");
    await inside(ada);
    await ada.tab(first);
    await ada.sees("You went on in another tab.");
    await ada.tab(second);
    await say(ada, "from here");
    await other.until(/^:Ada!\S+ PRIVMSG #lobby :from here$/);
    // The first tab does not answer any more.
    const third = await ada.newTab(scene.url);
    await answer(ada, "Ada");
    await ada.press("Use it here instead");
    await inside(ada);
    await ada.sees("from here", "#feed");
    assertEquals(await ada.run("return document.querySelectorAll('#feed li.note').length"), 0);
    await ada.tab(second);
    await ada.press("Enter again");
    await ada.tab(third);
    await say(ada, "from there");
    await other.until(/^:Ada!\S+ PRIVMSG #lobby :from there$/);
    assertEquals(noise(other.received.lines), [":Ada JOIN #lobby"]);
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: the server starts again, and the page is back by itself", async () => {
    const data = await Deno.makeTempDir();
    const ports = ["--web-port", "0"];
    let server = await ServerProcess.start(ports, 0, "", ["--data", data]);
    const port = await server.webPort();
    await using scene = new PageScene(server, port, "http");
    const ada = await scene.enter("Ada");
    await say(ada, "/join #music");
    await ada.sees("#music", "h1");
    await say(ada, "kept");
    await ada.sees("kept", "#feed");
    server.kill("SIGTERM");
    await server.exit();
    await ada.sees("The server does not answer. Trying again", "#banner");
    server = await ServerProcess.start(["--web-port", `${port}`], 0, "", ["--data", data]);
    await isUp(ada);
    await say(ada, "still here");
    await ada.until("it is sent", "return document.querySelector('.pending') === null");
    assertEquals(await texts(ada), ["kept", "still here"]);
    await server[Symbol.asyncDispose]();
    await Deno.remove(data, { recursive: true });
  }, NO_BROWSER),
);
