import { asRpcError } from "../base/thrown.js";
import type { CallEnding } from "./call-ending.js";
import type { Admission, Gate, IncomingCall } from "./gate.js";
import { follow } from "./promise-like.js";

/** A call that stands before its gates. */
export interface GatedCall extends IncomingCall {
  readonly over: boolean;
  readonly ending: CallEnding | undefined;
  /** All gates have let it in. */
  onAdmitted(): void;
  /** A gate refused it, threw, or gave what is no answer. */
  onRefused(thrown: unknown): void;
  /** A gate works on it, until `onGateDone`. */
  onGateWaits(): void;
  onGateDone(): void;
}

/** Asks the gates in order, from one of them on, until one refuses the call or has to wait; at the end the call is admitted. */
export function askGates(call: GatedCall, gates: readonly Gate[], from: number): void {
  for (let i = from; i < gates.length; i++) {
    let answer: unknown;
    try {
      answer = (gates[i] as Gate).admit(call);
    } catch (error) {
      call.onRefused(error);
      return;
    }
    if (answer === undefined) continue;
    const refusal = asRpcError(answer);
    if (refusal !== undefined) {
      call.onRefused(refusal);
      return;
    }
    if (waitsFor(call, gates, i, answer) || !takeAnswer(call, answer)) return;
  }
  call.onAdmitted();
}

function waitsFor(call: GatedCall, gates: readonly Gate[], i: number, answer: unknown): boolean {
  const goOn = (value: unknown): void => {
    const isIn = takeAnswer(call, value);
    call.onGateDone();
    if (isIn && !call.over) askGates(call, gates, i + 1);
  };
  const onError = (error: unknown): void => {
    call.onRefused(error);
    call.onGateDone();
  };
  if (!follow(answer, goOn, onError)) return false;
  if (!call.over) call.onGateWaits();
  return true;
}

/** @returns whether the call goes on */
function takeAnswer(call: GatedCall, answer: unknown): boolean {
  if (answer === undefined) return true;
  try {
    if (isAdmission(answer)) {
      // It hears the end of the call also where that was before.
      call.ending?.add(answer);
      return true;
    }
  } catch (error) {
    call.onRefused(error);
    return false;
  }
  call.onRefused(asRpcError(answer) ?? notAnAnswer(call, answer));
  return false;
}

function isAdmission(answer: unknown): answer is Admission {
  return typeof answer === "object" && answer !== null && "onEnd" in answer && typeof answer.onEnd === "function";
}

function notAnAnswer(call: GatedCall, answer: unknown): TypeError {
  const found = answer === null ? "null" : typeof answer;
  return new TypeError(
    `a gate of ${call.path} gave ${found}: it must give undefined, an RpcError, or an object with onEnd(), or a promise of one`,
  );
}
