import { assertEquals } from "@std/assert";
import { IrcClient, Irssi, WeeChat } from "./other_clients.ts";
import { OTHER_SERVERS, OtherServerProcess } from "./other_servers.ts";
import { ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

const ENTERED = /^You have selected your username\. You can now chat with the others\.$/;

for (const { name, missing, launch } of [Irssi, WeeChat]) {
  Deno.test(permitted(`IRC clients: ${name} is at home on our server`, async () => {
    await using server = await ServerProcess.start(["--motd", "Hoş geldiniz", "--title", "Chat"]);
    await using host = await RawClient.user(server.port, "host");
    await host.send("JOIN #müzik", "TOPIC #müzik :Bugün ne çalıyoruz?", "JOIN #lobby");
    await host.ping();
    await using furkan = start(["join", `127.0.0.1:${server.port}`, "--name", "Furkan"]);
    await furkan.line(ENTERED);

    await using peer: IrcClient = await launch(server.port, "Gamze");
    await peer.sees(/Welcome to the Chat Network, Gamze/);
    await peer.sees(/Hoş geldiniz/);
    await peer.types("/join #lobby");
    await furkan.line(/^Gamze has joined the chat @ /);
    await peer.sees(/Furkan|3 nicks/);

    await furkan.write("Selam Gamze, ğüşıöçİ 🎉\n");
    await peer.sees(/Furkan.*Selam Gamze, ğüşıöçİ 🎉/);
    await peer.types("Selam Furkan, çok iyiyim");
    await furkan.line(/^Gamze @ \S+ [AP]M >> Selam Furkan, çok iyiyim$/);
    await peer.types("/me el sallar");
    await furkan.line(/^\* Gamze el sallar @ /);
    await peer.types("/msg Furkan aramızda");
    await furkan.line(/^Private message from Gamze @ \S+ [AP]M >> aramızda$/);

    await peer.types("/join #müzik");
    await peer.sees(/Bugün ne çalıyoruz\?/);
    await host.until(/^:Gamze!\S+ JOIN #müzik$/);
    await peer.types("/part #müzik");
    await host.until(/^:Gamze!\S+ PART #müzik\b/);

    await peer.types("/nick Gamze2");
    await furkan.line(/^Gamze is now called Gamze2 @ /);
    await peer.sees(/Gamze2/);
    await peer.types("/whois Furkan");
    await peer.sees(/Furkan.*End of|End of.*WHOIS/i);
    await peer.types("/quit görüşürüz");
    await furkan.line(/^Gamze2 is disconnected from the chat @ /);
    await host.until(/^:Gamze2!\S+ QUIT :Quit: görüşürüz$/);
    assertEquals(peer.errors(), []);
  }, missing));
}

for (const kind of OTHER_SERVERS) {
  Deno.test(permitted(`chat join: talks on ${kind.name}`, async () => {
    await using server = await OtherServerProcess.start(kind);
    const target = `127.0.0.1:${server.port}/lobby`;
    await using alperen = start(["join", target], { merged: true });
    await alperen.stdout.part(/Please choose a username: $/);
    await alperen.write("Alperen\n");
    await alperen.line(ENTERED);
    await using furkan = start(["join", target], { merged: true });
    await furkan.stdout.part(/Please choose a username: $/);
    await furkan.write("alperen\n");
    await furkan.line(/^alperen is already in use\.$/);
    await furkan.stdout.part(/^Please choose a username: $/);
    await furkan.write("Furkan\n");
    await furkan.line(ENTERED);
    await alperen.line(/^Furkan has joined the chat @ /);
    await furkan.write("Aa Alperen selam ğüşıöçİ 🎉\n");
    await alperen.line(/^Furkan @ \S+ [AP]M >> Aa Alperen selam ğüşıöçİ 🎉$/);
    await alperen.write(`${"uzun ".repeat(200)}\n/me el sallar\n/msg Furkan özel\n/who\n`);
    for (let words = 0; words < 200;) {
      const [, text = ""] = await furkan.line(/^Alperen @ \S+ [AP]M >> ((uzun ?)+)$/);
      words += text.trim().split(" ").length;
    }
    await furkan.line(/^\* Alperen el sallar @ /);
    await furkan.line(/^Private message from Alperen @ \S+ [AP]M >> özel$/);
    await alperen.line(/^Here are the users in the chat room:$/);
    await alperen.line(/^Furkan$/);
    await furkan.write("/nick Gokce\n");
    await alperen.line(/^Furkan is now called Gokce @ /);
    await furkan.write("hoşça kal\n");
    await furkan.closeStdin();
    await alperen.line(/^Gokce @ \S+ [AP]M >> hoşça kal$/);
    await alperen.line(/^Gokce is disconnected from the chat @ /);
    assertEquals(await furkan.exit(), 0);
    await alperen.write("exit\n");
    assertEquals(await alperen.exit(), 0);
  }, kind.path === undefined ? "it is not installed" : ""));
}
