import { readFileSync } from "node:fs";
import { answerLines } from "../peers/lines.js";
import { checkClient } from "./check.js";
import type { BenchClient, Connect } from "./client.js";
import { measure } from "./measure.js";
import type { Task } from "./task.js";

/** The main loop of a client program in Node: a task a line in, what was measured or an error a line out. */
export function serveTasks(connect: Connect): void {
  const clients = new Map<number, BenchClient>();
  const checked = new Set<string>();
  answerLines(async (question) => {
    const task = question as Task;
    let client = clients.get(task.port);
    if (client === undefined) {
      client = connect({ port: task.port, ca: task.ca === undefined ? undefined : readFileSync(task.ca) });
      clients.set(task.port, client);
    }
    const what = `${task.port} ${task.kind} ${task.payloadBytes}`;
    if (!checked.has(what)) await checkClient(client, task.kind, task.payloadBytes);
    checked.add(what);
    return measure(client, task);
  });
}
