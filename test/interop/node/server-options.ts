/** Of a server of the test service on another Node implementation. */
export interface TestServerOptions {
  readonly port: number;
  readonly serverId: string;
  /** PEM text. */
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

/** Starts one; gives what stops it. */
export type Serve = (options: TestServerOptions) => Promise<() => Promise<void>>;
