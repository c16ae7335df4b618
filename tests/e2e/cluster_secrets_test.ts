/** No password may reach NATS, whose files keep what happens in a cluster. */
import { assert, assertEquals } from "@std/assert";
import { hashPassword } from "../../lib/crypto/password_hash.ts";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { start } from "./program.ts";
import { RawClient } from "./raw_client.ts";

/** All files below a directory, as Latin-1 text. */
function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    if (isDirectory) return filesIn(path);
    return new TextDecoder("latin1").decode(Deno.readFileSync(path));
  });
}

/** The forms in which a secret of ASCII could stand in a file. */
function forms(secret: string): string[] {
  const hex = Array.from(secret, (char) => char.charCodeAt(0).toString(16).padStart(2, "0"));
  // In base64 it depends on what is before it; the characters at the ends on what is around it.
  const base64 = [0, 1, 2].map((before) => {
    const whole = btoa("\0".repeat(before) + secret);
    return whole.replaceAll("=", "").slice(before === 0 ? 0 : 3, -2);
  });
  return [secret, ...base64, hex.join(""), hex.join("").toUpperCase(), `%${hex.join("%")}`];
}

Deno.test(
  permitted("Cluster: no password reaches NATS, whichever way somebody logs in", async () => {
    await using nodes = await ClusterNodes.start([]);
    const { directory } = nodes.nats;
    const file = async (name: string, text: string) => {
      await Deno.writeTextFile(`${directory}/${name}`, text, { mode: 0o600 });
      return `${directory}/${name}`;
    };
    const opers = [{ name: "root", password: await hashPassword("operRight1") }];
    const flags = [
      ...["--max-messages-per-second", "0"],
      ...["--password-file", await file("door", await hashPassword("doorRight1"))],
      ...["--opers-file", await file("opers", JSON.stringify(opers))],
    ];
    await nodes.add("a", ...flags);
    await nodes.add("b", ...flags);
    const [a, b] = [nodes.port("a"), nodes.port("b")];
    await using adding = start(["user", "add", "Deniz", "--data", nodes.data("a")]);
    await adding.write("addedRight1\n");
    assertEquals(await adding.exit(), 0);

    await using gamze = await RawClient.connect(b);
    await gamze.send("PASS doorWrong1", "PASS doorRight1", "CAP REQ :sasl batch draft/multiline");
    await gamze.send("NICK Gamze", "USER x 0 * :x", "CAP END", "JOIN #lobby");
    await gamze.until(/ 366 Gamze #lobby /);
    await gamze.send("PRIVMSG #lobby :control1", "REGISTER * * madeRight1");
    await gamze.until(/ REGISTER SUCCESS /);
    await gamze.send("OPER root operWrong1", "OPER root operRight1");
    await gamze.until(/ 381 Gamze /);
    await gamze.send("NS IDENTIFY Deniz saidWrong1", "NICKSERV :IDENTIFY Deniz saidWrong2");
    await gamze.send("PRIVMSG NickServ :SET PASSWORD saidRight1");
    await gamze.until(/The password of Gamze has been changed/);
    await gamze.send(
      "BATCH +1 draft/multiline NickServ",
      "@batch=1 PRIVMSG NickServ :IDENTIFY Gamze",
    );
    await gamze.send("@batch=1;draft/multiline-concat PRIVMSG NickServ : linesRight1", "BATCH -1");
    await gamze.send("NOTICE NickServ :IDENTIFY saidWrong3", "PRIVMSG nickserv :hello saidWrong4");
    await gamze.ping();

    await using login = await RawClient.connect(a);
    await login.send("PASS Deniz:passRight1", "CAP REQ :sasl", "NICK Deniz", "USER x 0 * :x");
    const plain = btoa("\0Deniz\0addedRight1");
    await login.send("AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa("\0Deniz\0plainWrong1")}`);
    await login.until(/ 904 /);
    await login.send("AUTHENTICATE PLAIN", `AUTHENTICATE ${plain}`);
    await login.until(/ 903 /);
    await login.send("CAP END");
    await login.until(/ 001 Deniz /);

    const account = [
      "--account",
      "Gamze",
      "--account-password-file",
      await file("own", "saidRight1"),
    ];
    const target = [`127.0.0.1:${a}`, "--no-tls", "--insecure-password", "--name", "scram"];
    await using scram = start(["join", ...target, ...account]);
    await scram.write("/nick scram2\ncontrol2\n");
    await gamze.until(/control2/);
    await scram.closeStdin();

    const all = filesIn(`${directory}/n1`).join("\n");
    for (const shown of ["control1", "control2"]) assert(all.includes(shown), shown);
    const secrets = [
      ...["doorWrong1", "doorRight1", "addedRight1", "madeRight1", "operWrong1", "operRight1"],
      ...["saidWrong1", "saidWrong2", "saidRight1", "linesRight1", "saidWrong3", "saidWrong4"],
      ...["passRight1", "plainWrong1"],
    ];
    for (const secret of secrets) {
      for (const form of forms(secret)) assert(!all.includes(form), `${secret} as ${form}`);
    }
    assert(!all.includes(plain));
  }, NO_NATS),
);
