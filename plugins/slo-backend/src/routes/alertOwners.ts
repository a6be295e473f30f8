import { AuthService } from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { AlertOwner } from '@shopfloor/plugin-slo-common';
import { SloStore } from '../store/SloStore';

/** Something that mail can be sent to; what else the catalog says is not taken into a configuration. */
const EMAIL = /^[^\s@<>"',;]+@[^\s@<>"',;]+$/;

/** What {@link alertOwners} needs. */
export interface AlertOwnersOptions {
  store: SloStore;
  auth: AuthService;
  catalog: CatalogService;
}

/** Owners of SLOs that the catalog knows an address of. */
export async function alertOwners(
  options: AlertOwnersOptions,
): Promise<AlertOwner[]> {
  const { store, auth, catalog } = options;
  const refs = [
    ...new Set((await store.listSlos()).flatMap(({ owner }) => owner ?? [])),
  ];
  if (refs.length === 0) {
    return [];
  }
  const { items } = await catalog.getEntitiesByRefs(
    { entityRefs: refs, fields: ['spec.profile'] },
    { credentials: await auth.getOwnServiceCredentials() },
  );
  return refs.flatMap((ref, index) => {
    const profile = items[index]?.spec?.profile as
      { email?: unknown } | undefined;
    const email = profile?.email;
    return typeof email === 'string' && EMAIL.test(email)
      ? [{ ref, email }]
      : [];
  });
}
