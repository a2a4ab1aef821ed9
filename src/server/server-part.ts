import type { DescService } from "@bufbuild/protobuf";
import type { Probe } from "../base/probe.js";
import type { ServiceImpl } from "./service-impl.js";

/** What a part of a server may see of it, and do. */
export interface ServerHost {
  /** The services that there are now, in the order in which they were added. */
  readonly services: readonly DescService[];
  /** Adds a service; as `Server.add`. */
  add<Desc extends DescService>(service: Desc, impl: ServiceImpl<Desc>): void;
  /** Calls back after each service that is added or removed from now on. */
  onServicesChanged(callback: () => void): void;
  /** Calls back when the server begins to close, before its clients hear of it. */
  onDrain(callback: () => void): void;
  /** Tells the probe of this server from now on, also of connections that there are: of calls on them that begin from now on. Twice is once. */
  observe(probe: Probe): void;
}

/** Something that a server has beside its own services and that must know the server: health, reflection, channelz. */
export interface ServerPart {
  /** Called once by `Server.add`. */
  addTo(host: ServerHost): void;
}
