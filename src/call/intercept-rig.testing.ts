/** A client's calls with interceptors, on a transport that is nothing but a record of what was done to it. */
import type { Status as RpcStatus } from "../rpc/status_pb.js";
import { interceptForMany, interceptForOne, lastOfClient } from "./client-intercept.js";
import type { CallSettings } from "./client-method.js";
import { Rig, type Shape, settingsOf } from "./client-rig.testing.js";
import { chainInterceptors, type Interceptor } from "./interceptor.js";

export class InterceptRig extends Rig {
  readonly interceptors: Interceptor[];

  constructor(shape: Shape, ...interceptors: Interceptor[]) {
    super(shape);
    this.interceptors = interceptors;
    this.bound(10_000);
  }

  /** How many bytes of requests a call keeps. */
  bound(replayBytesMax: number): void {
    Object.assign(this.env, { replayBytesMax });
  }

  override one(request: unknown, settings: Partial<CallSettings> = {}): Promise<RpcStatus> {
    const chain = chainInterceptors(this.interceptors, lastOfClient(this.env, this.method));
    return interceptForOne(this.env, this.method, chain, settingsOf(settings), request) as Promise<RpcStatus>;
  }

  override many(request: unknown, settings: Partial<CallSettings> = {}): AsyncIterableIterator<RpcStatus, undefined> {
    const chain = chainInterceptors(this.interceptors, lastOfClient(this.env, this.method));
    const stream = interceptForMany(this.env, this.method, chain, settingsOf(settings), request);
    return stream as AsyncIterableIterator<RpcStatus, undefined>;
  }
}
