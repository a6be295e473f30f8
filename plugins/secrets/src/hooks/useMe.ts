import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useAsked } from './useAsked';

/** Who is signed in; `email` is what Vault would know the person by. */
export function useMe(): { userEntityRef?: string; email?: string } {
  const identity = useApi(identityApiRef);
  const { value } = useAsked(
    'me',
    async () => {
      const [{ userEntityRef }, { email }] = await Promise.all([
        identity.getBackstageIdentity(),
        identity.getProfileInfo(),
      ]);
      return {
        userEntityRef: userEntityRef.toLocaleLowerCase('en-US'),
        email,
      };
    },
    { once: true },
  );
  return value ?? {};
}
