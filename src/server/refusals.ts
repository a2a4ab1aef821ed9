import type { Clock } from "../base/clock.js";
import type { RefusalReason, ServerProbe } from "../base/probe.js";
import { AcceptError } from "../net/listen-errors.js";
import type { ErrorReport } from "./environment.js";

/** So much time lies between two reports of one reason, in ms: a flood must not become one of log lines. */
const reportEveryMs = 10_000;

interface Told {
  lastMs: number;
  /** Since the last report. */
  untold: number;
}

/** Connections and calls that a server turns away: observers hear of each, `onError` of the first and then now and then. */
export class Refusals {
  private readonly clock: Clock;
  private readonly report: ErrorReport;
  private readonly told: Map<RefusalReason, Told> = new Map();

  constructor(clock: Clock, report: ErrorReport) {
    this.clock = clock;
    this.report = report;
  }

  /** @param peer as people write it; undefined where it is not known */
  tell(reason: RefusalReason, text: string, peer: string | undefined, probe: ServerProbe | undefined): void {
    probe?.onRefused?.(reason);
    const nowMs = this.clock.nowMs();
    let told = this.told.get(reason);
    if (told !== undefined && nowMs - told.lastMs < reportEveryMs) {
      told.untold++;
      return;
    }
    const more = told === undefined || told.untold === 0 ? "" : ` (and ${told.untold} more since the last report)`;
    told = { lastMs: nowMs, untold: 0 };
    this.told.set(reason, told);
    this.report(new AcceptError(`${text}${more}`, peer), { kind: "listener" });
  }
}
