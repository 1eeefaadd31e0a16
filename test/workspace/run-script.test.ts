/** `scripts/run.mjs` in a small repository of its own, in a folder whose name has a space. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = "";

/** Starts run.mjs; `onStdout` sees what was printed so far. */
function run(args: readonly string[], onStdout?: (text: string, kill: (signal: "SIGTERM") => void) => void) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(process.execPath, [join(folder, "scripts", "run.mjs"), ...args], { cwd: folder });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      onStdout?.(stdout, (signal) => child.kill(signal));
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk;
    });
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

function write(path: string, content: string): Promise<void> {
  return writeFile(join(folder, path), content);
}

beforeAll(async () => {
  const parent = await mkdtemp(join(tmpdir(), "kith-run-"));
  folder = join(parent, "a folder");
  await cp(join(ROOT, "scripts", "setup"), join(folder, "scripts", "setup"), { recursive: true });
  for (const name of ["run.mjs", "build.mjs"]) await cp(join(ROOT, "scripts", name), join(folder, "scripts", name));
  const root = { name: "small", version: "1.0.0" };
  await write("package.json", JSON.stringify({ ...root, private: true }));
  await write("package-lock.json", JSON.stringify({ ...root, lockfileVersion: 3, packages: { "": root } }));
});

afterAll(() => rm(join(folder, ".."), { recursive: true, force: true }));

describe("run.mjs", { concurrent: false }, () => {
  it("two first runs at once install once, leave no lock, and print nothing of their own to stdout", async () => {
    const both = await Promise.all([run(["-p", "1 + 1"]), run(["-p", "2 + 2"])]);
    expect(both.map((each) => [each.code, each.stdout])).toEqual([
      [0, "2\n"],
      [0, "4\n"],
    ]);
    expect(both.filter((each) => each.stderr.includes("installing"))).toHaveLength(1);
    expect((await readdir(folder)).filter((name) => name.startsWith(".setup.lock"))).toEqual([]);
  });

  it("a later run says nothing and hands environment, arguments and exit code through", async () => {
    const script = "console.log(process.env.A_NAME, process.argv.slice(1).join('|')); process.exitCode = 7";
    const ended = await run(["--env", "A_NAME=a=b c", "-e", script, "--", "--json", "two words"]);
    expect(ended).toEqual({ code: 7, signal: null, stdout: "a=b c --json|two words\n", stderr: "" });
  });

  it("a termination signal reaches the program, which decides how it ends", async () => {
    const script = "process.on('SIGTERM', () => process.exit(9)); setInterval(() => 0, 1000); console.log('ready')";
    const ended = await run(["-e", script], (text, kill) => {
      if (text === "ready\n") kill("SIGTERM");
    });
    expect([ended.code, ended.signal]).toEqual([9, null]);
  });

  it("a program that dies of a signal makes the run die of it too", async () => {
    const ended = await run(["-e", "process.kill(process.pid, 'SIGTERM'); setInterval(() => 0, 1000)"]);
    expect([ended.code, ended.signal]).toEqual([null, "SIGTERM"]);
  });

  it("the lock of a process that is gone is removed", async () => {
    await rm(join(folder, "node_modules", ".cache"), { recursive: true });
    const gone = await run(["-p", "process.pid"]);
    await rm(join(folder, "node_modules", ".cache"), { recursive: true });
    await write(".setup.lock", JSON.stringify({ pid: Number(gone.stdout), host: hostname(), atMs: Date.now() }));
    const ended = await run(["-p", "5"]);
    expect([ended.code, ended.stdout]).toEqual([0, "5\n"]);
    expect((await readdir(folder)).filter((name) => name.startsWith(".setup.lock"))).toEqual([]);
  });

  it("calls without a program and half a setting are refused", async () => {
    expect(await run([])).toMatchObject({ code: 2, stdout: "", stderr: "kith: nothing to run\n" });
    expect(await run(["--env", "A", "-p", "1"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("run.mjs and the build", { concurrent: false }, () => {
  beforeAll(async () => {
    await symlink(join(ROOT, "node_modules", "typescript"), join(folder, "node_modules", "typescript"), "dir");
    await mkdir(join(folder, "packages", "one", "src"), { recursive: true });
    await write("tsconfig.base.json", "{}");
    const compilerOptions = { composite: true, rootDir: "src", outDir: "dist", types: [] };
    await write("packages/one/tsconfig.json", JSON.stringify({ compilerOptions, include: ["src"] }));
    await write("packages/one/src/index.ts", "export const one: number = 1;\n");
    await write("packages/one/src/two.ts", "export const two: number = 2;\n");
  });

  it("sources without output are compiled, once", async () => {
    const first = await run(["-p", "1"]);
    expect(first).toEqual({ code: 0, signal: null, stdout: "1\n", stderr: "kith: building\n" });
    expect(await readdir(join(folder, "packages", "one", "dist"))).toContain("two.js");
    expect(await run(["-p", "1"])).toEqual({ code: 0, signal: null, stdout: "1\n", stderr: "" });
  });

  it("a removed source takes its output with it", async () => {
    await rm(join(folder, "packages", "one", "src", "two.ts"));
    const soon = new Date(Date.now() + 1000);
    await utimes(join(folder, "packages", "one", "src"), soon, soon);
    expect((await run(["-p", "1"])).stderr).toBe("kith: building\n");
    const names = await readdir(join(folder, "packages", "one", "dist"));
    expect(names.sort()).toEqual(["index.d.ts", "index.js"]);
  });

  it("a source that does not compile stops the run, unless no build is wanted", async () => {
    await write("packages/one/src/index.ts", "export const one: number = 'one';\n");
    const ended = await run(["-p", "1"]);
    expect([ended.code, ended.stdout]).toEqual([1, ""]);
    expect(ended.stderr).toContain("error TS2322");
    expect(await run(["--no-build", "-p", "1"])).toMatchObject({ code: 0, stdout: "1\n" });
  });
});

describe("run.mjs and the web app", { concurrent: false }, () => {
  const served = () => join(folder, "packages", "node", "dist", "web");

  beforeAll(async () => {
    await symlink(join(ROOT, "node_modules", "vite"), join(folder, "node_modules", "vite"), "dir");
    await write("packages/one/src/index.ts", "export const one: number = 1;\n");
    await mkdir(join(folder, "packages", "web", "src"), { recursive: true });
    await write("packages/web/src/main.ts", "document.title = 'first';\n");
    await run(["-p", "1"]);
  });

  it("without an index.html there is nothing to bundle and nothing is said", async () => {
    expect(await run(["-p", "1"])).toEqual({ code: 0, signal: null, stdout: "1\n", stderr: "" });
  });

  it("the app is bundled to where the node serves it, once", async () => {
    await write("packages/web/index.html", '<script type="module" src="/src/main.ts"></script>\n');
    const first = await run(["-p", "1"]);
    expect(first).toEqual({ code: 0, signal: null, stdout: "1\n", stderr: "kith: building the web app\n" });
    expect((await readdir(served())).sort()).toEqual(["assets", "index.html"]);
    expect(await run(["-p", "1"])).toEqual({ code: 0, signal: null, stdout: "1\n", stderr: "" });
  });

  it("a changed source bundles it again, and compiling the packages leaves the bundle alone", async () => {
    const [before] = await readdir(join(served(), "assets"));
    await write("packages/web/src/main.ts", "document.title = 'second';\n");
    expect((await run(["-p", "1"])).stderr).toBe("kith: building the web app\n");
    const [after, ...rest] = await readdir(join(served(), "assets"));
    expect([after === before, rest]).toEqual([false, []]);
    await mkdir(join(folder, "packages", "node", "src"), { recursive: true });
    await write(
      "packages/node/tsconfig.json",
      await readFile(join(folder, "packages", "one", "tsconfig.json"), "utf8"),
    );
    await write("packages/node/src/index.ts", "export const two: number = 2;\n");
    expect((await run(["-p", "1"])).stderr).toBe("kith: building\n");
    expect((await readdir(join(folder, "packages", "node", "dist"))).sort()).toContain("index.js");
    expect(await readdir(join(served(), "assets"))).toEqual([after]);
  });

  it("an app that does not bundle is said, leaves the served one as it is, and only the build fails", async () => {
    const before = await readdir(join(served(), "assets"));
    await write("packages/web/src/main.ts", "import './missing.ts';\n");
    const ended = await run(["-p", "1"]);
    expect([ended.code, ended.stdout]).toEqual([0, "1\n"]);
    expect(ended.stderr).toContain("the build of the web app failed");
    const build = ["--no-build", join(folder, "scripts", "build.mjs")];
    await write("tsconfig.json", JSON.stringify({ files: [], references: [{ path: "packages/one" }] }));
    expect((await run(build)).code).toBe(1);
    expect(await readdir(join(served(), "assets"))).toEqual(before);
    await write("packages/web/src/main.ts", "document.title = 'third';\n");
    expect((await run(build)).code).toBe(0);
    expect(await readdir(join(served(), "assets"))).not.toEqual(before);
  });
});
