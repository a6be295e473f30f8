import type { Carrier } from './Carrier.ts';

/** The carriers of this service. A shipment stays with the one it was made for. */
export class Carriers {
  readonly #all: ReadonlyMap<string, Carrier>;
  /** The carrier of new shipments. */
  readonly current: Carrier;

  /** @throws Error when the wanted carrier is not there, or a name is there twice */
  static create(options: {
    carriers: readonly Carrier[];
    current: string;
  }): Carriers {
    const all = new Map(options.carriers.map(one => [one.name, one]));
    const current = all.get(options.current);
    if (!current || all.size !== options.carriers.length) {
      throw new Error(
        `Carrier ${options.current} is not one of ${[...all.keys()].join(', ')}, each once`,
      );
    }
    return new Carriers(all, current);
  }

  private constructor(all: ReadonlyMap<string, Carrier>, current: Carrier) {
    this.#all = all;
    this.current = current;
  }

  /** @throws Error when a shipment names a carrier that is gone from this build */
  of(shipment: { shipmentId: string; carrier: string }): Carrier {
    const carrier = this.#all.get(shipment.carrier);
    if (!carrier) {
      throw new Error(
        `Shipment ${shipment.shipmentId} is with ${shipment.carrier}, which this build does not know`,
      );
    }
    return carrier;
  }
}
