import type { PartStatus } from '../supervisor/types.ts';
import { renderTemplate } from '../parts/template.ts';
import { StartConsole, summarize } from './startConsole.ts';
import { statusJson, statusTable } from './status.ts';

const part = (name: string, more: Partial<PartStatus> = {}): PartStatus => ({
  name,
  ready: more.state === 'ready',
  state: 'waiting',
  version: undefined,
  address: undefined,
  since: '2026-01-01T00:00:00.000Z',
  reason: undefined,
  ...more,
});

describe('statusTable', () => {
  it('lines up what is known and puts long reasons beneath', () => {
    const table = statusTable(
      [
        part('etcd', {
          state: 'ready',
          version: '3.7.3',
          address: 'http://127.0.0.1:7079',
        }),
        part('apiserver', {
          state: 'failed',
          reason: 'given up:\nline of log',
        }),
      ],
      new Date('2026-01-01T01:05:00Z'),
    );
    expect(table).toBe(
      [
        'PART       STATE   VERSION  ADDRESS                SINCE      WHY NOT',
        'etcd       ready   3.7.3    http://127.0.0.1:7079  1 h 5 min',
        'apiserver  failed                                  1 h 5 min  given up:',
        '',
        'apiserver: given up:',
        'line of log',
      ].join('\n'),
    );
  });
});

describe('statusJson', () => {
  it('has each key of each part, and is empty but complete when nothing runs', () => {
    expect(
      JSON.parse(
        statusJson({
          ready: true,
          parts: [part('images', { state: 'ready' })],
        }),
      ),
    ).toEqual({
      ready: true,
      parts: [
        {
          name: 'images',
          ready: true,
          state: 'ready',
          version: null,
          address: null,
          since: '2026-01-01T00:00:00.000Z',
          reason: null,
        },
      ],
    });
    expect(JSON.parse(statusJson(undefined))).toEqual({
      ready: false,
      parts: [],
    });
  });
});

describe('the console of a start', () => {
  it('says in one line what is going on', () => {
    expect(
      summarize([
        part('etcd', {
          state: 'building',
          reason:
            'builds etcd 3.7.3: 0:10, 5 packages compiled, 8 more to build',
        }),
        part('portal', { state: 'starting' }),
        part('istiod'),
      ]),
    ).toBe(
      'builds etcd 3.7.3: 0:10, 5 packages compiled, 8 more to build · portal starts · 2 wait',
    );
  });

  it('tells the address of the portal as soon as it is usable, and when all is ready', () => {
    const lines: string[] = [];
    const status = {
      ready: false,
      parts: [part('portal', { state: 'ready' }), part('etcd')],
    };
    const told = new StartConsole({
      output: { write: text => lines.push(text) },
      startedAt: Date.now(),
      portal: 'http://localhost:7007',
      kubeconfig: '/state/kubeconfig',
      status: () => status,
    });
    told.change(part('portal', { state: 'starting' }));
    told.change(
      part('portal', { state: 'starting', reason: 'nothing listens' }),
    );
    told.change(status.parts[0]);
    expect(lines.join('')).toContain(
      'The portal is usable: http://localhost:7007  (1 parts are still to come)',
    );
    status.ready = true;
    told.change(part('etcd', { state: 'ready' }));
    expect(lines.join('')).toContain('Everything is ready');
    expect(lines.filter(line => line.includes('portal')).length).toBe(2);
  });
});

describe('renderTemplate', () => {
  it('replaces upper-case names and leaves everything else', () => {
    expect(
      renderTemplate('a: ${PORT_ETCD} {{ $value }} $1 ${1}', {
        PORT_ETCD: '7079',
      }),
    ).toBe('a: 7079 {{ $value }} $1 ${1}');
    expect(() => renderTemplate('${PORT_X}', { PORT_ETCD: '1' })).toThrow(
      '${PORT_X} stands for nothing; known are PORT_ETCD',
    );
  });
});
