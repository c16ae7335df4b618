/** A stand-in on this machine for the releases of a repository. */
export interface ReleasePage extends AsyncDisposable {
  /** What stands in place of `https://github.com/OWNER/NAME/releases`. */
  readonly address: string;
}

/** Serves the files in a directory as those of a version, which is also the latest. */
export function releasePage(directory: string, version: string): ReleasePage {
  const places = ["latest/download", `download/v${version}`];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname.slice(1);
    const name = places.flatMap((place) =>
      path.startsWith(`${place}/`) ? [path.slice(place.length + 1)] : []
    )[0];
    if (name === undefined || !/^[\w.-]+$/.test(name)) {
      return new Response(null, { status: 404 });
    }
    try {
      return new Response((await Deno.open(`${directory}/${name}`)).readable);
    } catch {
      return new Response(null, { status: 404 });
    }
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
