import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { CatalogPersonResolver, impersonatedGroups } from './PersonResolver';

describe('the groups a person has in Kubernetes', () => {
  it('are the listed ones of the default namespace, and nothing of Kubernetes itself', () => {
    expect(
      impersonatedGroups(
        [
          'user:default/ben',
          'group:default/merchandising-team',
          'group:default/unlisted',
          'group:elsewhere/platform-team',
          'group:default/system:masters',
        ],
        new Set(['merchandising-team', 'platform-team']),
      ),
    ).toEqual(['shopfloor:merchandising-team']);
  });
});

describe('the name a person has in Kubernetes', () => {
  it.each([
    ['ben@larkfield.example', true],
    ['system:admin', false],
    ['system:serviceaccount:a@b', false],
    ['', false],
    [undefined, false],
  ])('%p: accepted %p', async (email, accepted) => {
    const resolver = new CatalogPersonResolver({
      auth: mockServices.auth(),
      userInfo: mockServices.userInfo(),
      catalog: catalogServiceMock({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name: 'mock' },
            spec: { profile: { email: email as string } },
          },
        ],
      }),
      groups: new Set(),
    });
    const resolved = resolver.resolve(mockCredentials.user());
    if (accepted) {
      await expect(resolved).resolves.toMatchObject({
        impersonation: { user: email, groups: [] },
      });
    } else {
      await expect(resolved).rejects.toThrow(/no e-mail address/);
    }
  });
});
