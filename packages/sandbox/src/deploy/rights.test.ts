import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
// The rights are no package: they are made by the script beside them.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import {
  ownedServices,
  renderServiceOwners,
} from '../../../../platform/identity/rbac/serviceOwners.mts';
import { parsePeople } from '../oidc/people.ts';

const root = resolve(import.meta.dirname, '../../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const objects = (path: string) =>
  parseAllDocuments(read(path)).map(document => document.toJS());

const entities = objects('platform/identity/people.yaml');
const groups: string[] = entities
  .filter(entity => entity.kind === 'Group')
  .map(entity => entity.metadata.name);
const inCluster = groups.map(group => `shopfloor:${group}`).sort();

describe('the rights of service owners', () => {
  it('are those that the catalog’s owners give', () => {
    expect(read('platform/identity/rbac/service-owners.yaml')).toBe(
      renderServiceOwners(ownedServices()),
    );
  });

  it('cover products in both environments, and only its own routes', () => {
    const [staging, production] = ['staging', 'production'].map(namespace =>
      parseAllDocuments(
        renderServiceOwners([
          { service: 'products', team: 'merchandising-team' },
        ]),
      )
        .map(document => document.toJS())
        .filter(object => object.metadata.namespace === namespace),
    );
    for (const [role, binding] of [staging, production]) {
      expect(role.rules).toEqual([
        {
          apiGroups: ['networking.istio.io'],
          resources: ['virtualservices', 'destinationrules'],
          resourceNames: ['products'],
          verbs: ['update', 'patch'],
        },
      ]);
      expect(binding.roleRef.name).toBe(role.metadata.name);
      expect(binding.subjects[0].name).toBe('shopfloor:merchandising-team');
    }
  });

  it('go to teams that exist', () => {
    for (const { team } of ownedServices()) {
      expect(groups).toContain(team);
    }
  });
});

describe('the people and groups of the company', () => {
  it('belong to it: every team is a child of the organisation, and back', () => {
    const company = entities.find(({ spec }) => spec.type === 'organization');
    const teams = entities
      .filter(({ spec }) => spec.parent === company.metadata.name)
      .map(({ metadata }) => metadata.name);
    expect([...company.spec.children].sort()).toEqual(teams.sort());
  });

  it('may all read the cluster', () => {
    const binding = objects('platform/identity/rbac/reader.yaml').find(
      ({ metadata }) => metadata.name === 'shopfloor-people-read',
    );
    expect(
      binding.subjects.map((subject: { name: string }) => subject.name).sort(),
    ).toEqual(inCluster);
  });

  it('are exactly those whom the traffic account may act as', () => {
    const [{ rules }] = objects('platform/identity/rbac/traffic.yaml');
    expect([...rules[0].resourceNames].sort()).toEqual(
      parsePeople(read('platform/identity/people.yaml'))
        .map(({ email }) => email)
        .sort(),
    );
    expect([...rules[1].resourceNames].sort()).toEqual(inCluster);
  });

  it('are those whose groups the portal passes on', () => {
    const { traffic } = parse(read('app-config.sandbox.yaml'));
    expect([...traffic.impersonation.groups, 'larkfield'].sort()).toEqual(
      [...groups].sort(),
    );
  });

  it('never have a name of Kubernetes itself', () => {
    const folder = 'platform/identity/rbac';
    const texts = readdirSync(join(root, folder))
      .filter(file => file.endsWith('.yaml'))
      .map(file => read(`${folder}/${file}`));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.join('\n')).not.toMatch(/name: '?"?system:/);
  });
});
