/** What is installed in `vendor/`: written last, so that a broken set-up leaves none. */
export interface Marker {
  /** Where `@std` came from. */
  readonly kind: "jsr" | "stand-ins";
  /** The registry that was asked. */
  readonly registry: string;
  /** Package to version, as pinned then. */
  readonly pins: Readonly<Record<string, string>>;
  /** Hash of the sources of the stand-ins. */
  readonly hash: string;
  /** When the registry was last asked, ISO 8601. */
  readonly tried: string;
}

const NAME = ".setup.json";

/** The marker in `vendor`, or `undefined` if there is none that can be read. */
export async function readMarker(vendor: string): Promise<Marker | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(`${vendor}/${NAME}`));
  } catch {
    return undefined;
  }
}

/** Puts the marker into `vendor`, whole or not at all. */
export async function writeMarker(vendor: string, marker: Marker): Promise<void> {
  await Deno.writeTextFile(`${vendor}/${NAME}.new`, JSON.stringify(marker, null, 2) + "\n");
  await Deno.rename(`${vendor}/${NAME}.new`, `${vendor}/${NAME}`);
}

/** Takes the marker away: from here on `vendor` counts as incomplete. */
export async function removeMarker(vendor: string): Promise<void> {
  try {
    await Deno.remove(`${vendor}/${NAME}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
