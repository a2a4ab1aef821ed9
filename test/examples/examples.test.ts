import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs an example as a user does; fails when it does, or takes longer than half a minute. */
async function example(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [`dist/examples/${name}.js`, ...args], { timeout: 30_000 });
  return stdout;
}

test("hello in one process", async () => {
  assert.equal(await example("hello/main"), "Greeting: Hello, Alice\n");
  assert.equal(await example("hello/main", "Bob"), "Greeting: Hello, Bob\n");
});

test("hello with server and client in processes of their own", async () => {
  const server: ChildProcess = spawn(process.execPath, ["dist/examples/hello/server.js", "127.0.0.1:0"]);
  try {
    assert.ok(server.stdout);
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const address = /^Listening on (\S+)/.exec(line.toString())?.[1];
    assert.ok(address);
    assert.equal(await example("hello/client", "Carol", address), "Greeting: Hello, Carol\n");
  } finally {
    server.kill("SIGINT");
    await once(server, "exit");
  }
});

test("greeter", async () => {
  assert.equal(await example("greeter/main", "Dave"), "Greeting: Hello, Dave\n");
});

test("routes", async () => {
  const output = await example("routes/main");
  assert.match(output, /Grindelwald, 1034 m\n {2}NOT_FOUND/);
  assert.match(output, /Jungfraujoch.*\n.*Kleine Scheidegg.*\n.*Lauterbrunnen/);
  assert.match(output, /5 points, 4 places, 12933 m, 3\.2 h/);
  assert.match(output, /left here before: The path is icy\./);
});

test("tls", async () => {
  const output = await example("tls/main");
  assert.match(
    output,
    /CN=test-client has 1 note\(s\)\nCN=test-client has 2 note\(s\)\nWithout a certificate: UNAVAILABLE/,
  );
});

test("interceptors", async () => {
  const output = await example("interceptors/main");
  assert.match(output, /UNAUTHENTICATED/);
  assert.equal(output.match(/alice has/g)?.length, 3);
  assert.equal(output.match(/refused: RESOURCE_EXHAUSTED/g)?.length, 2);
});

test("the main job", async () => {
  const output = await example("main-job/main");
  assert.equal(output.match(/unary +Find +-> Emma by Jane Austen, 1815/g)?.length, 2);
  assert.equal(output.match(/server streaming +Browse -> Emma, Persuasion/g)?.length, 2);
  assert.equal(output.match(/client streaming +Return -> 1 taken back, not ours: Ulysses/g)?.length, 2);
  assert.equal(output.match(/bidirectional +Ask +-> Persuasion: yes, Dracula: no/g)?.length, 2);
  assert.equal(output.match(/NOT_FOUND: we have no book "Ulysses"/g)?.length, 2);
});
