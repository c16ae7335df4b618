import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { AdminError } from "../../../lib/cli/admin/admin_error.ts";
import { invite } from "../../../lib/cli/admin/invite.ts";
import { user } from "../../../lib/cli/admin/users.ts";
import type { PasswordInput } from "../../../lib/cli/os/ask_password.ts";
import type { UserOptions } from "../../../lib/cli/args/request.ts";
import { UsageError } from "../../../lib/cli/args/usage_error.ts";
import { webHashes } from "../../../lib/crypto/hashes.ts";
import { checkPassword } from "../../../lib/crypto/scram.ts";
import type { AccountStore } from "../../../lib/store/accounts.ts";
import { openStore } from "../../../lib/store/open.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

/** Standard input that contains this text and is not a terminal. */
function typed(text: string): PasswordInput {
  let rest = new TextEncoder().encode(text);
  return {
    isTerminal: () => false,
    read(buffer) {
      if (rest.length === 0) return Promise.resolve(null);
      const count = Math.min(rest.length, buffer.length);
      buffer.set(rest.subarray(0, count));
      rest = rest.slice(count);
      return Promise.resolve(count);
    },
    setRaw: () => {},
    show: () => {},
    stopped: () => new Promise(() => {}),
  };
}

const NOBODY_TYPES = typed("");

/** The options of `chat user` without the directory. */
type Asked = UserOptions extends infer Each ? Each extends unknown ? Omit<Each, "data"> : never
  : never;

/** Runs a test on the data of a server that is running, or that ran before. */
async function withServer(
  work: (data: string, accounts: AccountStore) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  const data = `${directory}/data`;
  const opened = openStore(data, () => {});
  assert("store" in opened);
  try {
    await work(data, opened.store.accounts);
  } finally {
    opened.store.close();
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test(
  permitted(
    "chat user: accounts are added, listed, changed and deleted, and the server sees it",
    async () => {
      await withServer(async (data, accounts) => {
        const run = (options: Asked, text = "") =>
          user({ data, ...options } as UserOptions, typed(text));
        assertEquals(await run({ action: "list" }), "There are no accounts.\n");
        const before = accounts.version();
        const added = { action: "add", name: "Gökçe" } as const;
        assertEquals(await run(added, "correct horse\n"), "The account Gökçe was created.\n");
        assert(accounts.version() !== before, "the server can tell that something has changed");
        const { verifier } = accounts.find("gökçe")!;
        assert(await checkPassword(webHashes(), verifier, "correct horse"));
        assertEquals(verifier.iterations, 600_000);
        assertMatch(
          await run({ action: "list" }),
          /^Gökçe, since \d{4}-\d\d-\d\d \d\d:\d\d, never logged in\n$/,
        );
        const op = { action: "op", name: "GÖKÇE", on: true } as const;
        assertEquals(await run(op), "GÖKÇE is now an operator of the server.\n");
        accounts.loggedIn("Gökçe", Date.now(), "home.ip");
        accounts.loginFailed("Gökçe", "192.0.2.1", Date.now());
        const when = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d";
        assertMatch(
          await run({ action: "list" }),
          new RegExp(
            `, last login ${when}, operator, 1 failed login, the latest ${when} from 192.0.2.1\n$`,
          ),
        );
        await run({ action: "op", name: "Gökçe", on: false });
        assertEquals(accounts.find("Gökçe")!.oper, false);
        await run({ action: "password", name: "Gökçe" }, "another horse\n");
        const changed = accounts.find("Gökçe")!.verifier;
        assert(await checkPassword(webHashes(), changed, "another horse"));
        assertEquals(
          await run({ action: "delete", name: "gökçe" }),
          "The account gökçe was deleted.\n",
        );
        assertEquals(accounts.list(), []);
      });
    },
  ),
);

Deno.test(
  permitted(
    "chat user: an impossible change is refused with a reason, and nothing is changed",
    async () => {
      await withServer(async (data, accounts) => {
        await user({ data, action: "add", name: "coco" }, typed("correct horse"));
        const before = accounts.list();
        const cases: [options: Asked, text: string, message: string][] = [
          [{ action: "add", name: "Coco" }, "", "There is already an account coco."],
          [
            { action: "add", name: "сосо" },
            "",
            "There is already an account coco, and сосо looks like it.",
          ],
          [{ action: "add", name: "a b" }, "", "A username cannot contain spaces."],
          [
            { action: "add", name: "Gamze" },
            "short\n",
            "A password must be at least 6 characters long. Nothing was changed.",
          ],
          [{ action: "add", name: "Gamze" }, "", "The password is empty. Nothing was done."],
          [
            { action: "password", name: "coco" },
            "c\no\n",
            "A password must be at least 6 characters long. Nothing was changed.",
          ],
          [{ action: "password", name: "Gamze" }, "", "There is no account Gamze."],
          [{ action: "delete", name: "Gamze" }, "", "There is no account Gamze."],
          [{ action: "op", name: "Gamze", on: true }, "", "There is no account Gamze."],
        ];
        for (const [options, text, message] of cases) {
          const error = await assertRejects(
            () => user({ data, ...options } as UserOptions, typed(text)),
            Error,
            message,
          );
          assert(error instanceof AdminError || error instanceof UsageError, message);
        }
        assertEquals(accounts.list(), before);
      });
    },
  ),
);

Deno.test(permitted("chat user: says so if there is no server data, and makes none", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  try {
    await assertRejects(
      () => user({ data: `${directory}/none`, action: "list" }, NOBODY_TYPES),
      AdminError,
      `There is no data of a chat server in ${directory}/none.`,
    );
    assertEquals([...Deno.readDirSync(directory)], [], "nothing was made");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}));

Deno.test(permitted("chat user: says so if the data can't be written", async () => {
  await withServer(async (data, accounts) => {
    await user({ data, action: "add", name: "coco" }, typed("correct horse"));
    const other = new DatabaseSync(`${data}/chat.db`);
    other.exec("BEGIN IMMEDIATE");
    try {
      const runs = [
        () => user({ data, action: "delete", name: "coco" }, NOBODY_TYPES),
        () => invite({ data, action: "revoke", id: "ABCD" }),
      ];
      for (const run of runs) {
        await assertRejects(run, AdminError, "The data can't be written. Nothing was changed.");
      }
    } finally {
      other.close();
    }
    assertEquals(accounts.list().length, 1);
  });
}));
