/**
 * The names that a room has on the local network.
 * @module
 */
import { clip } from "../text/bytes.ts";
import { LABEL_BYTES } from "./dns_name.ts";

/** A title if earlier ones are taken: `Büro chat (2)`. */
export function numberedTitle(title: string, attempt: number): string {
  const end = attempt === 1 ? "" : ` (${attempt})`;
  return clip(title, LABEL_BYTES - end.length) + end;
}

/** The longest name for a machine: people type it. */
const HOST_LENGTH = 30;

/**
 * The first label of the machine's name for a room, which ends with `.local`: letters that every
 * keyboard has. It is not the machine's own name, for which the system may answer.
 *
 * @param machine the machine's own name.
 */
export function hostLabel(title: string, machine: string, attempt: number): string {
  const plain = title.replaceAll("ß", "ss").replaceAll("ı", "i").normalize("NFKD")
    .replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, HOST_LENGTH).replace(/-+$/, "");
  const [own = ""] = machine.toLowerCase().split(".");
  const name = plain === "" ? "chat-room" : plain === own ? `chat-${plain}` : plain;
  return attempt === 1 ? name : `${name}-${attempt}`;
}

/** The machine's name for a room in the domain that multicast DNS resolves (RFC 6762 section 3). */
export function localHost(host: string): string {
  return `${host}.local`;
}
