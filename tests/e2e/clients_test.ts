import { assertEquals, assertMatch } from "@std/assert";
import { type IrcClient, Irssi, WeeChat } from "./other_clients.ts";
import { ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** A typed line, what the client shows then, and what Furkan receives. */
type Step = readonly [typed: string, shown: RegExp, furkan?: RegExp];

/** A server operator runs a room. */
const RUNS: readonly Step[] = [
  ["/oper root hunter2", /You are now an IRC operator/, / MODE #lobby \+o Gamze$/],
  ["/mode #lobby", /[Cc]reated/],
  ["/mode #lobby +beI a!*@* b!*@* c!*@*", /\+beI a!\*@\* b!\*@\* c!\*@\*/],
  ["/mode #lobby b", /End of channel ban list/],
  ["/mode #lobby e", /End of channel exception list/],
  ["/mode #lobby I", /End of Channel Invite Exception List/],
  ["/mode #lobby -b a!*@*", /-b a!\*@\*/],
  ["/mode #lobby +hv Furkan Furkan", /\+hv Furkan Furkan/],
  ["/mode #lobby -hv+lk Furkan Furkan 5 anahtar", /-hv\+lk Furkan Furkan 5 anahtar/],
  ["/mode #lobby -k+CMR anahtar", /-k\+CMR anahtar/],
  ["/mode #lobby -CMRl", /-CMRl/],
  ["/topic #lobby yeni konu", /yeni konu/, / TOPIC #lobby :yeni konu$/],
  ["/names #lobby", /2 nicks/],
  ["/kick #lobby Furkan çok gürültü", /kicked/, / KICK #lobby Furkan :çok gürültü$/],
  ["/invite Furkan #lobby", /(Inviting|invited) Furkan to #lobby/, / INVITE Furkan :?#lobby$/],
];

/** The client queries everything. */
const ASKS: readonly Step[] = [
  ["/whois Furkan", /End of .*WHOIS/],
  ["/whois Gamze", /IRC operator/],
  ["/whowas Nobody", /no such nickname/],
  ["/who #lobby", /End of .*WHO list/],
  ["/quote LIST", /End of \/LIST/],
  ["/ison Gamze Furkan", /Users online: Gamze Furkan/],
  ["/quote USERHOST Gamze", /Gamze\*=\+~Gamze@(?:[a-z2-7]{8}\.){3}ip/],
  ["/version", /chat-\d/],
  ["/admin", /Administrative info/],
  ["/time", /GMT/],
  ["/info", /End of INFO/],
  ["/links", /End of \/LINKS/],
  ["/lusers", /Current global users/],
  ["/motd", /End of \/MOTD/],
  ["/quote HELP MODE", /End of \/HELP/],
  ["/stats u", /Server Up/],
  ["/stats m", /End of \/STATS/],
];

/** The client uses a server operator's commands. */
const COMMANDS: readonly Step[] = [
  ["/mode Gamze +wB", /\+wB/],
  ["/wallops dikkat", /Gamze.*dikkat/],
  ["/quote KLINE 1 spam@192.0.2.1 :reklam", /Added a temporary KLINE for spam@192\.0\.2\.1/],
  ["/stats k", /K spam@192\.0\.2\.1/],
  ["/quote UNKLINE spam@192.0.2.1", /Removed/],
  ["/rehash", /was reloaded/],
  ["/quote SETNAME :yeni ad\n/whois Gamze", /yeni ad/],
  ["/quote CHGHOST Furkan example.org", /example\.org/],
];

/**
 * A client with capabilities that the tested clients may lack, so the server must translate for
 * them.
 */
async function modern(port: number, nick: string): Promise<RawClient> {
  const client = await RawClient.connect(port);
  const caps = "batch draft/multiline message-tags draft/channel-rename";
  await client.send(`CAP REQ :${caps}`, "CAP END", `NICK ${nick}`, "USER raw 0 * :Raw");
  await client.until(/ (376|422) /);
  return client;
}

for (const { name, missing, launch, watch } of [Irssi, WeeChat]) {
  Deno.test(
    permitted(
      `IRC clients: ${name} runs a room and a server, and understands all that it is told`,
      async () => {
        await using stack = new AsyncDisposableStack();
        const directory = await Deno.makeTempDir({ prefix: "chat" });
        stack.defer(() => Deno.remove(directory, { recursive: true }));
        const file = `${directory}/chat.json`;
        const opers = [{ name: "root", password: "hunter2" }];
        await Deno.writeTextFile(file, JSON.stringify({ motd: "Hoş geldiniz", opers }));
        const flags = ["--config", file, "--max-messages-per-second", "0"];
        await using server = await ServerProcess.start(flags);
        await using furkan = await modern(server.port, "Furkan");
        await furkan.send("JOIN #müzik");
        await using peer: IrcClient = await launch(server.port, "Gamze");
        const plays = async (steps: readonly Step[]) => {
          for (const [typed, shown, heard] of steps) {
            for (const line of typed.split("\n")) await peer.types(line);
            await peer.sees(shown);
            if (heard !== undefined) await furkan.until(heard);
          }
        };

        await peer.sees(/Hoş geldiniz/);
        await plays([
          ["/join #müzik", /2 nicks/, / JOIN #müzik$/],
          ["/join #lobby", /1 nick/],
        ]);
        await furkan.send("JOIN #lobby");
        await peer.sees(/Furkan .*has joined #lobby/);
        await plays(RUNS);
        await furkan.send("JOIN #lobby");
        await peer.sees(/Furkan .*has joined #lobby/);

        await plays([["/away gittim", /marked as being away/]]);
        await furkan.send("PRIVMSG Gamze :orada mısın?");
        await peer.sees(/orada mısın\?/);
        await furkan.until(/ 301 Furkan Gamze :?gittim$/);
        await plays([["/away", /no longer marked as being away/]]);

        await plays(ASKS);
        await plays(COMMANDS);

        for (const line of watch("Ceyda")) await peer.types(line);
        // Wait for an answer, so that Ceyda does not come before the client watches for her.
        await plays([["/quote ISON Furkan", /Users online: Furkan|\bFurkan$/]]);
        await using ceyda = await RawClient.user(server.port, "Ceyda");
        await peer.sees(/Ceyda.* (has connected|has joined to IRC)/);
        await ceyda.send("QUIT");
        await peer.sees(/Ceyda.* (has quit|has left IRC)/);

        // A multiline message and a renamed room.
        const line = (text: string) => `@batch=1 PRIVMSG #lobby :${text}`;
        await furkan.send("BATCH +1 draft/multiline #lobby", line("satır bir"), line("satır iki"));
        await furkan.send("BATCH -1", "PRIVMSG #lobby :son");
        for (const text of [/satır bir$/, /satır iki$/, /son$/]) await peer.sees(text);
        await furkan.send("RENAME #müzik #muzik :kolay yazılsın");
        await peer.sees(/has left #müzik.*kolay yazılsın/);

        await peer.types("/kill Furkan hoşça kal");
        assertMatch(await furkan.end(), /^ERROR :.*\(Killed \(Gamze \(hoşça kal\)\)\)$/);
        await peer.types("/quit görüşürüz");
        await server.line(/\(Gamze\) is disconnected$/);
        assertEquals(peer.errors(), []);
      },
      missing,
    ),
  );
}
