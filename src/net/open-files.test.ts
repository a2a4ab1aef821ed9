import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { OpenFiles, readFilesMax } from "./open-files.js";

describe("open files", () => {
  const socketOf = (fd: number | undefined): Socket =>
    ({ _handle: fd === undefined ? null : { fd } }) as unknown as Socket;

  it("are nearly used up when a new socket gets one of the last numbers", () => {
    const files = new OpenFiles(1_024);
    assert.equal(files.problem(socketOf(1_007)), undefined);
    assert.match(
      files.problem(socketOf(1_008)) ?? "",
      /nearly all of its 1024 files open; raise the limit \(ulimit -n\)/,
    );
    assert.equal(new OpenFiles(64).problem(socketOf(62)), undefined);
    assert.notEqual(new OpenFiles(64).problem(socketOf(63)), undefined);
  });

  it("are not known everywhere", () => {
    assert.equal(new OpenFiles(undefined).problem(socketOf(5_000)), undefined);
    assert.equal(new OpenFiles(100).problem(socketOf(undefined)), undefined);
  });
});

it("the limit of open files is what the system says", { skip: process.platform !== "linux" }, () => {
  const said = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
  assert.equal(readFilesMax(), Number(said));
});
