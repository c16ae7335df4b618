const PIN = /^jsr:(@[a-z0-9-]+\/[a-z0-9-]+)@(\d+\.\d+\.\d+)$/;

/**
 * The packages that a `deno.json` pins.
 *
 * @param file The `deno.json`.
 * @returns Package name (`@std/cli`) to exact version.
 * @throws {Error} If an import is no package of JSR at an exact version under its own name.
 */
export async function readPins(file: URL): Promise<ReadonlyMap<string, string>> {
  const imports: Record<string, string> = JSON.parse(await Deno.readTextFile(file)).imports ?? {};
  return new Map(
    Object.entries(imports).map(([name, specifier]) => {
      const [, of, version] = PIN.exec(specifier) ?? [];
      if (of !== name || version === undefined) {
        throw new Error(
          `deno.json imports ${name} as ${specifier}; it must be jsr:${name}@ and an exact version`,
        );
      }
      return [of, version];
    }),
  );
}
