/** The conversation of the course report, with each person at another server of a cluster. */
import { assertEquals } from "@std/assert";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { NO_BROWSER } from "../web/browser.ts";
import { answer, inside, PageScene, rows, say } from "../web/page_scene.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { Irssi } from "./other_clients.ts";
import { start } from "./program.ts";
import { withoutTimes } from "./script.ts";

const missing = NO_NATS || NO_BROWSER || Irssi.missing;

Deno.test(
  permitted("Cluster: irssi, chat join and the page talk, each at another server", async () => {
    await using nodes = await ClusterNodes.start(["a", "b", "c"], {
      flags: ["--motd", "Hoş geldiniz"],
    });
    await using alperen = start(["join", `127.0.0.1:${nodes.port("b")}`], { merged: true });
    await alperen.line(/No user found/);
    await alperen.write("Alperen\n");
    await alperen.line(/You can now chat with the others/);

    await using furkan = await Irssi.launch(nodes.port("a"), "Furkan");
    await furkan.sees(/Hoş geldiniz/);
    await furkan.types("/join #lobby");
    await alperen.line(/Furkan has joined/);
    await alperen.write("Aa Furkan selam\n");
    await furkan.sees(/Alperen.*Aa Furkan selam/);

    const node = nodes.node("c");
    await using scene = new PageScene(node, await node.webPort(), "http");
    const gamze = await scene.browsers.open(scene.url);
    await answer(gamze, "ALPEREN");
    await gamze.until("a refusal", "return /already in use/.test(document.body.innerText)");
    await answer(gamze, "Gamze");
    await inside(gamze);
    await alperen.line(/Gamze has joined/);
    await furkan.sees(/Gamze.*joined/);
    await say(gamze, "Selam gençler, ne konuşuyorsunuz? 🎉");
    await alperen.line(/Gamze @ .* >> Selam gençler, ne konuşuyorsunuz\? 🎉$/);
    await furkan.sees(/Gamze.*ne konuşuyorsunuz\? 🎉/);
    await furkan.types("ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?");
    await alperen.line(/Furkan @ .* >> ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi\?$/);
    await gamze.until("Furkan's message", "return /hepsi geldi mi/.test(document.body.innerText)");

    await furkan.types("/quit");
    await alperen.line(/Furkan is disconnected/);
    await gamze.until(
      "that Furkan is gone",
      "return /Furkan .*(left|disconnected)/.test(document.body.innerText)",
    );
    await alperen.write("exit\n");
    assertEquals(await alperen.exit(), 0);
    await gamze.until(
      "that Alperen is gone",
      "return /Alperen .*(left|disconnected)/.test(document.body.innerText)",
    );
    assertEquals((await rows(gamze)).includes("Furkan: ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?"), true);
    assertEquals(
      withoutTimes(alperen.stdout.text).split("\n").filter((line) =>
        /TIME/.test(line) && !line.startsWith("Notice")
      ),
      [
        "Furkan has joined the chat @ TIME",
        "Gamze has joined the chat @ TIME",
        "Gamze @ TIME >> Selam gençler, ne konuşuyorsunuz? 🎉",
        "Furkan @ TIME >> ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?",
        "Furkan is disconnected from the chat @ TIME",
      ],
    );
  }, missing),
);
