/** Password guessing with all the connections that one address may have. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { toBase64 } from "../../lib/crypto/base64.ts";
import { hashPassword } from "../../lib/crypto/password_hash.ts";
import { ServerProcess, start } from "./program.ts";
import { assertResponsive, HAS_IPV6, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** How long a login with the right password may take, in milliseconds (docs/security.md). */
const PATIENCE_MS = 10_000;

/** Two fewer than one address may have without a username. */
const GUESSERS = 1000 / 8 - 2;

const PASSWORD = "correct horse";

/** Guesses as fast as the server answers, until it is closed. */
class Guesser {
  readonly #client: RawClient;
  readonly #over: Promise<void>;
  #closed = false;
  /** The number of guesses so far. */
  count = 0;

  constructor(client: RawClient, guess: (client: RawClient, count: number) => Promise<void>) {
    this.#client = client;
    this.#over = this.#run(guess);
  }

  async #run(guess: (client: RawClient, count: number) => Promise<void>): Promise<void> {
    try {
      while (!this.#closed) await guess(this.#client, this.count++);
    } catch {
      // Either end closed it.
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client[Symbol.asyncDispose]();
    await this.#over;
  }
}

function login(name: string, password: string): string {
  return toBase64(new TextEncoder().encode(`\0${name}\0${password}`));
}

/** Guesses at the server's password and at accounts, existing and not. */
async function guess(client: RawClient, index: number, count: number): Promise<void> {
  if (index % 3 === 0) {
    await client.send(`PASS wrong-${index}-${count}`);
    await client.ping();
    return;
  }
  const name = index % 3 === 1 ? "Gamze" : `n${index}x${count}`;
  await client.send("AUTHENTICATE PLAIN", `AUTHENTICATE ${login(name, `wrong-${count}`)}`);
  await client.until(/ (902|904|908) /);
}

/** Enters with the right password. Returns how long that took, in milliseconds. */
async function enter(port: number, ...lines: string[]): Promise<number> {
  const begin = performance.now();
  await using client = await RawClient.connect(port);
  await client.send(...lines);
  await client.until(/ (376|422) /);
  return performance.now() - begin;
}

const withAccount = (name: string) => [
  "CAP REQ :sasl",
  `NICK ${name}`,
  `USER ${name} 0 * :x`,
  "AUTHENTICATE PLAIN",
  `AUTHENTICATE ${login(name, PASSWORD)}`,
  "CAP END",
];

Deno.test(
  permitted(
    "Guesses: whoever knows a password is in at once, whatever others of the same address guess",
    async () => {
      const directory = await Deno.makeTempDir();
      try {
        const passwordFile = `${directory}/password`;
        await Deno.writeTextFile(passwordFile, await hashPassword("open sesame"));
        const flags = ["--password-file", passwordFile, "--registration-timeout", "600"];
        const data = ["--data", `${directory}/data`];
        await using server = await ServerProcess.start(flags, 0, "", data);
        for (const name of ["Gamze", "Deniz", "Furkan"]) {
          const { code, stderr } = await add(name, `${directory}/data`);
          assertEquals(code, 0, stderr);
        }
        // Gamze was here before, so the server knows this address as hers.
        await enter(server.port, ...withAccount("Gamze"));
        const guessers: Guesser[] = [];
        for (let index = 0; index < GUESSERS; index++) {
          const client = await RawClient.connect(server.port);
          await client.send("CAP REQ :sasl");
          guessers.push(new Guesser(client, (client, count) => guess(client, index, count)));
        }
        try {
          const took: Record<string, number> = {};
          // The server's password was not given by anyone yet, so the server compares its slow
          // hash.
          const lines = ["PASS :open sesame", "NICK first", "USER f 0 * :f"];
          took["the server's password"] = await enter(server.port, ...lines);
          took["an account"] = await enter(server.port, ...withAccount("Deniz"));
          took["the account that is guessed at"] = await enter(
            server.port,
            ...withAccount("Gamze"),
          );
          took["the server's password again"] = await enter(server.port, ...lines);
          took["an account later"] = await enter(server.port, ...withAccount("Furkan"));
          for (const [what, ms] of Object.entries(took)) assertLess(ms, PATIENCE_MS, what);
          await using seer = await RawClient.connect(server.port);
          await seer.send(...lines);
          await assertResponsive(seer);
          const all = guessers.reduce((sum, { count }) => sum + count, 0);
          assert(all >= GUESSERS, `${all} guesses`);
        } finally {
          await Promise.all(guessers.map((guesser) => guesser.close()));
        }
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  ),
);

/** Creates an account while the server runs. */
async function add(name: string, data: string): Promise<{ code: number; stderr: string }> {
  await using program = start(["user", "add", name, "--data", data]);
  await program.write(`${PASSWORD}\n`);
  await program.closeStdin();
  const code = await program.exit();
  return { code, stderr: program.stderr.text };
}

Deno.test(permitted(
  "Guesses: an address has an eighth of the places without a username, and others get in",
  async () => {
    // Of 16 places, one address gets two.
    await using server = await ServerProcess.start(["--max-unregistered", "16"]);
    await using first = await RawClient.connect(server.port);
    await using second = await RawClient.connect(server.port);
    await using third = await RawClient.connect(server.port);
    assertEquals(
      await third.end(),
      "ERROR :Closing link: 127.0.0.1 (Too many connections from your address are being set up: " +
        "try again in a moment)",
    );
    await using other = await RawClient.user(server.port, "other", { hostname: "::1" });
    await assertResponsive(other);
    await first.send("NICK first", "USER f 0 * :f");
    await first.until(/ (376|422) /);
    await using fourth = await RawClient.user(server.port, "fourth");
    await assertResponsive(fourth);
    await second.ping();
  },
  HAS_IPV6 ? "" : "it takes IPv6 to come from two addresses",
));
