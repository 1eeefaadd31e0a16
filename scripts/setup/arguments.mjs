/** Reads the command line of `run.mjs`. */

/** Its own options come first; everything from the first other argument on belongs to the program. */
export function readRunArguments(given) {
  const env = {};
  let needsBuild = true;
  let at = 0;
  for (; at < given.length; at++) {
    if (given[at] === "--no-build") {
      needsBuild = false;
    } else if (given[at] === "--env") {
      at += 1;
      const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(given[at] ?? "") ?? [];
      if (name === undefined) return { error: "--env needs NAME=VALUE" };
      env[name] = value;
    } else {
      break;
    }
  }
  const rest = given.slice(at);
  return rest.length > 0 ? { env, needsBuild, rest } : { error: "nothing to run" };
}
