import type { PartStatus, SandboxStatus } from '../supervisor/types.ts';

const PLAIN_INTERVAL_MS = 20_000;
const LIVE_INTERVAL_MS = 500;

/** Where lines go. */
export interface ConsoleOutput {
  write(text: string): void;
  isTTY?: boolean;
  columns?: number;
}

/** Tells the person in front of the terminal what the sandbox does: a line per step, and one that changes while it waits. */
export class StartConsole {
  readonly #output: ConsoleOutput;
  readonly #startedAt: number;
  readonly #portal: string;
  readonly #kubeconfig: string | undefined;
  readonly #announcedBy: string;
  readonly #status: () => SandboxStatus;
  readonly #startedParts = new Map<string, number>();
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #lastPlain = Date.now();
  #announced = false;

  constructor(options: {
    output: ConsoleOutput;
    startedAt: number;
    portal: string;
    /** Absent: there is no cluster to speak of. */
    kubeconfig?: string;
    /** The part that answers at the portal's address; default `portal`. */
    announcedBy?: string;
    status: () => SandboxStatus;
  }) {
    this.#output = options.output;
    this.#startedAt = options.startedAt;
    this.#portal = options.portal;
    this.#kubeconfig = options.kubeconfig;
    this.#announcedBy = options.announcedBy ?? 'portal';
    this.#status = options.status;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), LIVE_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#clearLive();
  }

  /** A part changed. */
  change(part: PartStatus): void {
    if (part.state === 'starting' && !this.#startedParts.has(part.name)) {
      this.#startedParts.set(part.name, Date.now());
    }
    const key = `${part.state}${
      part.state === 'starting' || part.state === 'building'
        ? ''
        : (part.reason ?? '')
    }`;
    if (this.#shown.get(part.name) === key) {
      return;
    }
    this.#shown.set(part.name, key);
    const text = this.#describe(part);
    if (text) {
      this.line(text);
    }
    if (part.ready) {
      this.#announce(part);
    }
  }

  /** One line with the elapsed time in front. */
  line(text: string): void {
    this.#clearLive();
    const elapsed = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    this.#output.write(`[${elapsed.padStart(6)} s] ${text}\n`);
  }

  #describe(part: PartStatus): string | undefined {
    switch (part.state) {
      case 'ready': {
        const started = this.#startedParts.get(part.name);
        this.#startedParts.delete(part.name);
        const took =
          started === undefined
            ? ''
            : ` (${((Date.now() - started) / 1000).toFixed(1)} s)`;
        return `✓ ${part.name}${part.version ? ` ${part.version}` : ''}${took}${
          part.address ? `  ${part.address}` : ''
        }`;
      }
      case 'building':
        return `… ${part.name} needs a program that has to be built first`;
      case 'unhealthy':
        return `! ${part.name} does not answer: ${part.reason}`;
      case 'restarting':
        return `! ${part.name} is started again: ${part.reason}`;
      case 'failed':
        return `✗ ${part.name} ${part.reason}`;
      default:
        return undefined;
    }
  }

  #announce(part: PartStatus): void {
    const status = this.#status();
    if (part.name === this.#announcedBy) {
      const left = status.parts.filter(other => !other.ready).length;
      this.line(
        `→ The portal is usable: ${this.#portal}${
          left ? `  (${left} parts are still to come)` : ''
        }`,
      );
    }
    if (status.ready && !this.#announced) {
      this.#announced = true;
      const cluster = this.#kubeconfig
        ? `  kubectl: --kubeconfig ${this.#kubeconfig}`
        : '';
      this.line(
        `Everything is ready. Portal: ${this.#portal}${cluster}  Stop with Ctrl-C.`,
      );
    }
  }

  #tick(): void {
    const busy = this.#status().parts.filter(part => !part.ready);
    if (busy.length === 0 || this.#announced) {
      this.#clearLive();
      return;
    }
    const text = summarize(busy);
    if (this.#output.isTTY) {
      const width = (this.#output.columns ?? 80) - 2;
      this.#output.write(`\r\x1b[2K… ${text.slice(0, width - 2)}`);
    } else if (Date.now() - this.#lastPlain > PLAIN_INTERVAL_MS) {
      this.#lastPlain = Date.now();
      this.line(`… ${text}`);
    }
  }

  #clearLive(): void {
    if (this.#output.isTTY) {
      this.#output.write('\r\x1b[2K');
    }
  }
}

/** What is going on, in one line: the build that runs, what starts, and how many wait. */
export function summarize(busy: PartStatus[]): string {
  const build = busy.find(
    part => part.state === 'building' && part.reason?.startsWith('builds'),
  );
  const active = busy.filter(
    part =>
      part.state === 'starting' ||
      part.state === 'restarting' ||
      part.state === 'unhealthy',
  );
  const waiting = busy.filter(
    part => part.state === 'waiting' || part.state === 'building',
  ).length;
  const pieces = [
    build?.reason,
    ...active.map(part =>
      part.reason
        ? `${part.name}: ${part.reason.split('\n')[0]}`
        : `${part.name} starts`,
    ),
    waiting ? `${waiting} wait` : undefined,
  ];
  return pieces.filter(Boolean).join(' · ');
}
