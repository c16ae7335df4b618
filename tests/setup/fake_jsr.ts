import { createHash } from "node:crypto";

/** A registry in JSR's layout: path to text. */
export type Registry = ReadonlyMap<string, string>;

/** Which exports of which packages the program imports: `@std/cli` to `./parse-args` to file. */
export type Exports = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * A registry that has the given packages, each export a module with `export const origin`.
 *
 * @param pins Package to version.
 * @param exports The exports of each.
 * @param tamper Whether the files differ from what their checksums say.
 */
export function fakeJsr(
  pins: Readonly<Record<string, string>>,
  exports: Exports,
  tamper = false,
): Registry {
  const registry = new Map<string, string>();
  for (const [name, version] of Object.entries(pins)) {
    const manifest: Record<string, { size: number; checksum: string }> = {};
    for (const file of Object.values(exports.get(name) ?? {})) {
      const source = `export const origin: string = "${name} ${version}";\n`;
      const checksum = `sha256-${createHash("sha256").update(source).digest("hex")}`;
      manifest[file.slice(1)] = { size: source.length, checksum };
      registry.set(`${name}/${version}${file.slice(1)}`, source + (tamper ? "// more\n" : ""));
    }
    const [scope, unscoped] = name.slice(1).split("/");
    const versions = { [version]: {} };
    registry.set(
      `${name}/meta.json`,
      JSON.stringify({ scope, name: unscoped, latest: version, versions }),
    );
    registry.set(
      `${name}/${version}_meta.json`,
      JSON.stringify({ manifest, exports: exports.get(name) }),
    );
  }
  return registry;
}

/** Writes a registry into a directory, for `JSR_URL=file:...`. */
export async function writeRegistry(directory: string, registry: Registry): Promise<void> {
  for (const [path, text] of registry) {
    const file = `${directory}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}

/** A registry behind a port of this machine. */
export interface Server extends AsyncDisposable {
  /** For `JSR_URL`. */
  readonly url: string;
  /** How often it was asked for anything. */
  requests: number;
}

/**
 * Serves a registry.
 *
 * @param port Where; 0 for any free port.
 * @param answer What it says to a path, or `undefined` for "not found".
 */
export function serve(port: number, answer: (path: string) => string | undefined): Server {
  const http = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, (request) => {
    server.requests++;
    const { pathname } = new URL(request.url);
    const text = answer(pathname.slice(1));
    const type = pathname.endsWith(".ts") ? "application/typescript" : "application/json";
    return text === undefined
      ? new Response("not found", { status: 404 })
      : new Response(text, { headers: { "content-type": type } });
  });
  const server: Server = {
    url: `http://127.0.0.1:${http.addr.port}/`,
    requests: 0,
    [Symbol.asyncDispose]: () => http.shutdown(),
  };
  return server;
}

/** A port of this machine on which nobody listens. */
export function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
