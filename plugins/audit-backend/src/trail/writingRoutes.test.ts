import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * What each route that is not a GET leaves in the trail: the event of the plugin's auditor, or why it leaves none. A new route
 * is entered here, with the event that it creates before it writes.
 */
const ROUTES: Record<string, { event: string } | { none: string }> = {
  'approvals POST /subjects/requests': { event: 'subject-request' },
  'approvals POST /subjects/supersede': { event: 'subject-supersede' },
  'approvals POST /subjects/requests/:id/withdraw': {
    event: 'subject-withdraw',
  },
  'approvals POST /outcomes/acknowledge': {
    none: 'a plugin moves its own cursor',
  },
  'approvals POST /requests/:id/${act}': { event: 'request-${command.type}' },
  'approvals POST /delegations': { event: 'delegation-create' },
  'approvals POST /delegations/:id/end': { event: 'delegation-end' },
  'audit POST /changes': {
    none: 'a plugin tells of what is in the trail as an act of its own',
  },
  'audit POST /incidents': { event: 'incident-open' },
  'audit POST /incidents/:id/close': { event: 'incident-close' },
  'audit POST /alertmanager': {
    none: 'a program repeats what Alertmanager keeps; the incident says so itself',
  },
  'audit POST /acts': { none: 'it is the trail' },
  'audit POST /acts/:id/outcome': { none: 'it is the trail' },
  'checks POST /test': { none: 'it saves nothing' },
  'checks POST /runs': { event: 'run-create' },
  'checks POST /reports/:format': { event: 'report-upload' },
  'scorecards POST /what-if': { none: 'it saves nothing' },
  'scorecards POST /waivers': { event: 'waiver-request' },
  'scorecards POST /waivers/:id/:act': { event: 'waiver-${act}' },
  'scorecards POST /campaigns': { event: 'campaign-create' },
  'scorecards POST /campaigns/:id/end': { event: 'campaign-end' },
  'scorecards POST /badges': { event: 'badge-create' },
  'scorecards DELETE /badges/:id': { event: 'badge-revoke' },
  'slo POST /slos/:id/exclusions': { event: 'exclusion-request' },
  'slo POST /slos/:id/exclusions/:exclusionId/:act': {
    event: 'exclusion-${act}',
  },
  'secrets POST /previews': { none: 'it saves nothing' },
  'secrets POST /grants': { event: 'grant-ask' },
  'secrets POST /grants/:id/withdraw': { event: 'grant-${name}' },
  'secrets POST /grants/:id/renew': { event: 'grant-${name}' },
  'secrets POST /grants/:id/revoke': { event: 'grant-${name}' },
  'secrets POST /grants/:id/prove': { event: 'grant-${name}' },
  'secrets POST /grants/:id/${act}': { event: 'grant-${name}' },
  'secrets POST /rotations/:id/done': { event: 'rotation-done' },
  'secrets POST /reviews': { event: 'review-open' },
  'secrets POST /reviews/:id/decisions': { event: 'review-decide' },
  'traffic POST ${route}/preview': { none: 'a dry run' },
  'traffic POST ${route}/changes': { event: 'route-change' },
  'traffic POST /changes/:id/undo/preview': { none: 'a dry run' },
  'traffic POST /changes/:id/undo': { event: 'route-change' },
};

const plugins = resolve(__dirname, '../../..');

function sourcesOf(plugin: string): Array<{ path: string; text: string }> {
  const folder = join(plugins, plugin, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.ts$/.test(name) && !/\.test\.ts$/.test(name))
    .map(name => ({
      path: name,
      text: readFileSync(join(folder, name), 'utf8'),
    }));
}

const backends = readdirSync(plugins)
  .filter(name => name.endsWith('-backend'))
  .map(name => ({
    id: name.replace(/-backend$/, ''),
    sources: sourcesOf(name),
  }));
const found = backends.flatMap(({ id, sources }) =>
  sources.flatMap(({ text }) =>
    [
      ...text.matchAll(
        /router\s*\.(post|put|patch|delete)\(\s*(['"`])(.+?)\2/g,
      ),
    ].map(([, method, , path]) => `${id} ${method.toUpperCase()} ${path}`),
  ),
);

describe('routes that write', () => {
  it('are all known here, with what they leave in the trail', () => {
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(route => !Object.hasOwn(ROUTES, route))).toEqual([]);
  });

  it('are not known here when they are gone', () => {
    expect(Object.keys(ROUTES).filter(route => !found.includes(route))).toEqual(
      [],
    );
  });

  it('have events that their plugins create', () => {
    const missing = Object.entries(ROUTES).flatMap(([route, leaves]) => {
      const id = route.split(' ')[0];
      const sources = backends.find(backend => backend.id === id)?.sources;
      return 'none' in leaves ||
        sources?.some(
          ({ text }) =>
            /auditor|audited/i.test(text) &&
            new RegExp(`['"\`]${escape(leaves.event)}['"\`]`).test(text),
        )
        ? []
        : [`${route}: ${leaves.event}`];
    });
    expect(missing).toEqual([]);
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
