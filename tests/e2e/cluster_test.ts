import { permitted } from "../permitted.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { RawClient } from "./raw_client.ts";

Deno.test(permitted("chat serve: two servers of a cluster are one chat", async () => {
  await using nodes = await ClusterNodes.start(["a", "b"]);
  await using ada = await RawClient.user(nodes.port("a"), "ada");
  await using ben = await RawClient.user(nodes.port("b"), "ben");
  await ada.send("JOIN #room");
  await ada.until(/ 366 /);
  await ben.send("JOIN #room");
  await ada.until(/:ben!\S+ JOIN #room/);
  await ben.until(/ 353 ben = #room :.*@ada/);
  await ada.send("PRIVMSG #room :Hi from a");
  await ben.until(/:ada!\S+ PRIVMSG #room :Hi from a$/);
  await ben.send("PRIVMSG #room :Hi from b", "PRIVMSG ada :And to you");
  await ada.until(/:ben!\S+ PRIVMSG #room :Hi from b$/);
  await ada.until(/:ben!\S+ PRIVMSG ada :And to you$/);
  await using taken = await RawClient.connect(nodes.port("b"));
  await taken.send("NICK ada", "USER a 0 * :A");
  await taken.until(/ 433 /);
}, NO_NATS));
