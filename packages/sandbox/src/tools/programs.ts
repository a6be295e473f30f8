import type { ToolName } from '../supervisor/types.ts';

/** A program that is built from a Go module of `tools/`. */
export interface GoProgram {
  name: Exclude<ToolName, 'envoy' | 'bao'>;
  /** The folder under `tools/` whose go.mod pins it. */
  folder: string;
  /** The module whose version is the program's. */
  module: string;
  /** The package of its `main`. */
  package: string;
  tags?: string[];
  /** The version people know it by, from the module's version; default: that without the `v`. */
  displayVersion?: (moduleVersion: string) => string;
  /** `-X` settings of the linker, without which the program would not know its version. */
  linkerVariables?: (version: string) => Record<string, string>;
  /** A program of this name on PATH does as well when its version is accepted. */
  onPath?: {
    args: string[];
    /** The version in what it prints; `undefined` when it cannot be used. */
    accept: (output: string) => string | undefined;
  };
}

const kubernetes = {
  folder: 'kubernetes',
  module: 'k8s.io/kubernetes',
  linkerVariables: (version: string) => {
    const [major, minor] = version.split('.');
    return {
      'k8s.io/component-base/version.gitVersion': `v${version}`,
      'k8s.io/component-base/version.gitMajor': major,
      'k8s.io/component-base/version.gitMinor': minor,
      'k8s.io/client-go/pkg/version.gitVersion': `v${version}`,
    };
  },
};

const istio = {
  folder: 'istio',
  module: 'istio.io/istio',
  // The pinned commit is a pseudo-version on the way to this release.
  displayVersion: () => '1.31.0-shopfloor',
  linkerVariables: (version: string) => ({
    'istio.io/istio/pkg/version.buildVersion': version,
  }),
};

const prometheus = {
  folder: 'prometheus',
  module: 'github.com/prometheus/prometheus',
  // Neither cloud service discovery nor what is twice as slow to compile; files are discovered all the same.
  tags: ['remove_all_sd', 'slicelabels'],
  // The module v0.310.0 is the release 3.10.0.
  displayVersion: (moduleVersion: string) =>
    moduleVersion.replace(
      /^v0\.(\d+)(\d\d)\.(\d+)$/,
      (_all, major, minor, patch) => `${major}.${Number(minor)}.${patch}`,
    ),
  linkerVariables: (version: string) => ({
    'github.com/prometheus/common/version.Version': version,
  }),
};

/** Every Go program, in the order in which they are built: what the cluster waits for first, then the rest. */
export const GO_PROGRAMS: readonly GoProgram[] = [
  {
    name: 'etcd',
    folder: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    package: 'go.etcd.io/etcd/server/v3',
  },
  {
    ...kubernetes,
    name: 'kube-apiserver',
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
  },
  {
    ...kubernetes,
    name: 'kube-controller-manager',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  },
  {
    ...kubernetes,
    name: 'kubectl',
    package: 'k8s.io/kubernetes/cmd/kubectl',
    onPath: {
      args: ['version', '--client', '-o', 'json'],
      // kubectl supports an API server of one minor version more or less.
      accept: output => /"gitVersion":\s*"v(1\.3[567]\.\d+)"/.exec(output)?.[1],
    },
  },
  {
    ...istio,
    name: 'pilot-discovery',
    package: 'istio.io/istio/pilot/cmd/pilot-discovery',
  },
  {
    ...istio,
    name: 'pilot-agent',
    package: 'istio.io/istio/pilot/cmd/pilot-agent',
  },
  {
    ...prometheus,
    name: 'prometheus',
    package: 'github.com/prometheus/prometheus/cmd/prometheus',
    onPath: {
      args: ['--version'],
      accept: output =>
        /^prometheus, version (([3-9]|\d\d)\.\d+\.\d+)/m.exec(output)?.[1],
    },
  },
  {
    name: 'alertmanager',
    folder: 'alertmanager',
    module: 'github.com/prometheus/alertmanager',
    package: 'github.com/prometheus/alertmanager/cmd/alertmanager',
    linkerVariables: version => ({
      'github.com/prometheus/common/version.Version': version,
    }),
    onPath: {
      args: ['--version'],
      accept: output =>
        /^alertmanager, version (0\.(?:2[89]|[3-9]\d)\.\d+|[1-9]\d*\.\d+\.\d+)/m.exec(
          output,
        )?.[1],
    },
  },
  {
    name: 'helm',
    folder: 'helm',
    module: 'helm.sh/helm/v4',
    package: 'helm.sh/helm/v4/cmd/helm',
    linkerVariables: version => ({
      'helm.sh/helm/v4/internal/version.version': `v${version}`,
    }),
  },
  {
    name: 'opa',
    folder: 'opa',
    module: 'github.com/open-policy-agent/opa',
    package: 'github.com/open-policy-agent/opa',
  },
  {
    ...prometheus,
    name: 'promtool',
    package: 'github.com/prometheus/prometheus/cmd/promtool',
  },
  {
    name: 'kubeconform',
    folder: 'kubeconform',
    module: 'github.com/yannh/kubeconform',
    package: 'github.com/yannh/kubeconform/cmd/kubeconform',
    linkerVariables: version => ({ 'main.version': `v${version}` }),
  },
];

/** The program of a name. */
export function goProgram(name: ToolName): GoProgram | undefined {
  return GO_PROGRAMS.find(program => program.name === name);
}
