import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { ProcessIdentity } from '../supervisor/processes.ts';
import {
  allPorts,
  distributePorts,
  egressAddress,
  pickPodIp,
  pickPorts,
  portsNeeded,
  type PodPorts,
  type PortRange,
} from './addresses.ts';
import type { ContainerRecord } from './podStatus.ts';

/** What is remembered of a pod across restarts of the agent. */
export interface PodRecord {
  uid: string;
  namespace: string;
  name: string;
  ip: string;
  egressAddress: string;
  ports: PodPorts;
  startTime: string;
  containers: Record<string, ContainerRecord>;
  sidecar?: ProcessIdentity;
}

/** The records of all pods, one file each in `<state>/agent/pods/`, and what they hold of addresses and ports. */
export class PodRecords {
  readonly #dir: string;
  readonly #range: PortRange;
  readonly #records = new Map<string, PodRecord>();
  #portCursor: number;
  #ipCursor = 0;

  private constructor(dir: string, range: PortRange) {
    this.#dir = dir;
    this.#range = range;
    this.#portCursor = range.first;
  }

  /** Reads what an earlier agent left. */
  static open(options: { dir: string; range: PortRange }): PodRecords {
    const records = new PodRecords(options.dir, options.range);
    mkdirSync(options.dir, { recursive: true });
    for (const file of readdirSync(options.dir)) {
      if (file.endsWith('.json')) {
        const record: PodRecord = JSON.parse(
          readFileSync(join(options.dir, file), 'utf8'),
        );
        records.#records.set(record.uid, record);
        records.#portCursor = Math.max(
          records.#portCursor,
          ...allPorts(record.ports).map(port => port + 1),
        );
      }
    }
    return records;
  }

  all(): PodRecord[] {
    return [...this.#records.values()];
  }

  get(uid: string): PodRecord | undefined {
    return this.#records.get(uid);
  }

  /** Takes a pod on: gives it an address and ports that nobody holds or listens on. */
  async admit(options: {
    uid: string;
    namespace: string;
    name: string;
    containerPorts: number[];
    startTime: string;
  }): Promise<PodRecord> {
    const { containerPorts, ...identity } = options;
    const ports = await this.#allot(containerPorts);
    const ip = pickPodIp(new Set(this.all().map(r => r.ip)), this.#ipCursor++);
    const record: PodRecord = {
      ...identity,
      ip,
      egressAddress: egressAddress(ip, this.#range),
      ports,
      containers: {},
    };
    this.#records.set(record.uid, record);
    this.save(record);
    return record;
  }

  save(record: PodRecord): void {
    if (this.#records.get(record.uid) === record) {
      writeFileAtomic({
        path: this.#path(record.uid),
        content: JSON.stringify(record),
        mode: 0o600,
      });
    }
  }

  forget(uid: string): void {
    this.#records.delete(uid);
    rmSync(this.#path(uid), { force: true });
  }

  #path(uid: string): string {
    return join(this.#dir, `${uid}.json`);
  }

  async #allot(containerPorts: number[]): Promise<PodPorts> {
    const taken = new Set(this.all().flatMap(r => allPorts(r.ports)));
    const count = portsNeeded(containerPorts);
    for (;;) {
      const picked = pickPorts({
        range: this.#range,
        taken,
        cursor: this.#portCursor,
        count,
      });
      // Moved on before the first await, so that two pods never look at the same ports.
      this.#portCursor = picked[picked.length - 1] + 1;
      const busy = await Promise.all(picked.map(isListening));
      if (!busy.includes(true)) {
        return distributePorts(containerPorts, picked);
      }
      picked.forEach((port, i) => busy[i] && taken.add(port));
    }
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
