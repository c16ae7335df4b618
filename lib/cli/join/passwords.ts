/**
 * The stored passwords of a person's accounts.
 * @module
 */
import { addressOf, type Target } from "../../client/trust/target.ts";
import { PLAIN_PORT, SECURE_PORT } from "../../net/dial.ts";
import type { Keyring } from "./keyring.ts";
import type { KeptPassword, PasswordFile } from "./password_file.ts";
import { FILES } from "../../wording/client.ts";

/** Where a password was stored, or why it was not; a sentence. */
export type Keeping = { readonly kept: string } | { readonly fault: string };

/** Stored passwords. No method ever rejects. */
export interface Passwords {
  recall(target: Target, account: string): Promise<KeptPassword>;
  keep(target: Target, account: string, password: string): Promise<Keeping>;
}

/** Stores passwords in the keyring if that works, else in the file. */
export function passwordsIn(keyring: Keyring | undefined, file: PasswordFile): Passwords {
  return {
    async recall(target, account) {
      const server = serverKey(target);
      const password = await keyring?.recall(server, account);
      return password === undefined ? await file.recall(server, account) : { password };
    },
    async keep(target, account, password) {
      const server = serverKey(target);
      if (await keyring?.keep(server, account, password)) {
        return { kept: FILES.passwordInKeyring };
      }
      const fault = await file.keep(server, account, password);
      return fault === undefined ? { kept: FILES.passwordInFile(file.path) } : { fault };
    },
  };
}

/** The name of a server among the passwords: the usual ports belong to the same server. */
export function serverKey({ host, port }: Pick<Target, "host" | "port">): string {
  const usual = port === PLAIN_PORT || port === SECURE_PORT;
  return addressOf({ host: host.toLowerCase(), port: usual ? undefined : port });
}
