import type { SandboxPki } from '../config/pki.ts';
import type { PortMap } from '../config/ports.ts';
import type { SandboxSecrets } from '../config/secrets.ts';

/** A step's or part's way to write to its own log file, `<state>/logs/<part>.log`. */
export interface PartLog {
  /** One line, with the time in front. */
  line(message: string): void;
}

/** The names under which programs are found, see {@link ToolLookup}. */
export type ToolName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kubectl'
  | 'pilot-discovery'
  | 'pilot-agent'
  | 'prometheus'
  | 'promtool'
  | 'alertmanager'
  | 'helm'
  | 'opa'
  | 'kubeconform'
  | 'envoy'
  | 'bao';

/** Where the programs are that the sandbox runs. */
export interface ToolLookup {
  /**
   * The absolute path of a program. A part that lists the program in `tools` may call this in `prepare`, `command`, `run`
   * and `setUp`, when it is built.
   *
   * @throws Error when the program is not built yet
   */
  path(name: ToolName): string;
  /** The program's version, for example `1.36.3`; known before it is built. */
  version(name: ToolName): string;
}

/** What every part is given: fixed before anything starts, the same during one run of the launcher. */
export interface SandboxContext {
  /** Absolute path of the clone. */
  readonly repoRoot: string;
  /** Absolute path of the state folder; a part keeps its data in `<stateDir>/<part>/`. */
  readonly stateDir: string;
  /** `start` runs what is built, `dev` reloads the portal on change. */
  readonly mode: 'start' | 'dev';
  /** Every port; all listen on 127.0.0.1. */
  readonly ports: PortMap;
  /** Generated once per state folder, kept in `<stateDir>/secrets.json` (mode 0600). Never log one. */
  readonly secrets: SandboxSecrets;
  /** Certificates of the Kubernetes API and of the node agent's log endpoint. */
  readonly pki: SandboxPki;
  /** The programs that Go modules and PyPI provide. */
  readonly tools: ToolLookup;
  /** Absolute path of the Node 24 that runs the sandbox. */
  readonly nodePath: string;
  /** The folder `bin` of the Python environment that holds mkdocs, Envoy and OpenBao. */
  readonly pythonBin: string;
  /** The cluster, whose addresses and certificates are fixed before it runs. */
  readonly kubernetes: {
    readonly url: string;
    /** PEM of the sandbox's certificate authority. */
    readonly ca: string;
    /** Kubeconfig of `shopfloor-admin`, written before anything starts. */
    readonly kubeconfig: string;
  };
  /**
   * The environment that every child gets: PATH with the toolchain first, and the tag by which a later launcher finds what
   * a killed one left behind. Spawn grandchildren with it, too.
   */
  readonly childEnv: Readonly<Record<string, string>>;
  /** Whether the default shoppers are wanted (`--no-shoppers` turns them off). */
  readonly shoppers: boolean;
}

/** How to ask a part whether it works. */
export type HealthProbe =
  | {
      kind: 'http';
      url: string;
      /** PEM of the authority that signed an https address. */
      ca?: string;
      headers?: Record<string, string>;
      /** Statuses that count as healthy; default: 200 to 299. */
      statuses?: number[];
    }
  | { kind: 'tcp'; port: number }
  | {
      kind: 'check';
      /** Resolves when healthy, rejects with the reason when not. */
      check: (signal: AbortSignal) => Promise<void>;
    };

/** What is started for a part. */
export interface CommandSpec {
  file: string;
  args: string[];
  cwd?: string;
  /** Added to `SandboxContext.childEnv`. */
  env?: Record<string, string>;
  /** Operating system user and group, for PostgreSQL under root. */
  uid?: number;
  gid?: number;
}

/** What a part's functions are given each time they run. */
export interface PartRun {
  readonly log: PartLog;
  /** Aborted when the sandbox stops or the part is started anew. */
  readonly signal: AbortSignal;
  /** Tells people what a long step does now: shown as the part's reason while it is not ready. */
  progress(message: string): void;
}

interface PartBase {
  /** In status, logs and `dependsOn`: kebab-case, unique. */
  name: string;
  /** Parts that must be ready before this one starts for the first time. A later failure of one does not restart this one. */
  dependsOn?: string[];
  /**
   * A part that goes first where both could start, since people wait for it: this one waits until that one is ready, but no
   * longer than said. It is no dependency: without it, or if it fails, this one starts all the same.
   */
  yieldsTo?: { part: string; atMostMs: number };
  /** Programs that must be built before; the state is `building` until then. */
  tools?: ToolName[];
  /** Shown in status. */
  version?: string | (() => string | undefined);
  /** Shown in status, and linked where it is a URL. */
  address?: string;
  /** Consecutive failures after which the part is given up; default 8. */
  maxFailures?: number;
}

/** A process that runs as long as the sandbox does. */
export interface ProcessPart extends PartBase {
  kind: 'process';
  /** Writes what the process reads; runs before every start of it, also after a crash. */
  prepare?(run: PartRun): Promise<void>;
  command(run: PartRun): CommandSpec | Promise<CommandSpec>;
  health: HealthProbe;
  /** Runs after the process first answers, before parts that depend on it start, and again after each restart. Idempotent. */
  setUp?(run: PartRun): Promise<void>;
  /** How long a start may take until the process is stopped and tried again; default 120 s. */
  startTimeoutMs?: number;
  /** Default 2 s while ready, 250 ms while starting. */
  healthIntervalMs?: number;
  /** How long it may be unhealthy until it is restarted; default 60 s, `false` never. */
  unhealthyRestartMs?: number | false;
  /** Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Time between the stop signal and SIGKILL of the process group; default 10 s. */
  stopGraceMs?: number;
}

/** A task that runs to its end at every start of the sandbox. Idempotent; tried again with back-off when it throws. */
export interface TaskPart extends PartBase {
  kind: 'task';
  run(run: PartRun): Promise<void>;
}

/** One part of the sandbox. */
export type PartDefinition = ProcessPart | TaskPart;

/** What a part does now. */
export type PartState =
  | 'waiting'
  | 'building'
  | 'starting'
  | 'ready'
  | 'unhealthy'
  | 'restarting'
  | 'failed'
  | 'stopped';

/** One row of `npm run status -- --json`. */
export interface PartStatus {
  name: string;
  ready: boolean;
  state: PartState;
  version: string | undefined;
  address: string | undefined;
  /** ISO time of the last change of `state`. */
  since: string;
  /** Why it is not ready; for a part that was given up, with its last log lines. */
  reason: string | undefined;
}

/** The answer of `npm run status -- --json`. */
export interface SandboxStatus {
  ready: boolean;
  parts: PartStatus[];
}
