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
  const resolve = (email: string | undefined) =>
    new CatalogPersonResolver({
      auth: mockServices.auth(),
      userInfo: mockServices.userInfo(),
      catalog: catalogServiceMock({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name: 'mock' },
            spec: { profile: email === undefined ? {} : { email } },
          },
        ],
      }),
      groups: new Set(),
    }).resolve(mockCredentials.user());

  it('is the e-mail of the catalog', async () => {
    await expect(resolve('ben@larkfield.example')).resolves.toMatchObject({
      impersonation: { user: 'ben@larkfield.example', groups: [] },
    });
  });

  it.each(['system:admin', 'system:serviceaccount:a@b', '', undefined])(
    'is never %p',
    async email => {
      await expect(resolve(email)).rejects.toThrow(/no e-mail address/);
    },
  );
});
