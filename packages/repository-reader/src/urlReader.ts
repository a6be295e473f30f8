import { urlReaderFactoriesServiceRef } from '@backstage/backend-defaults/urlReader';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import { FolderUrlReader } from './FolderUrlReader';
import { repositoryRoot } from './repositoryRoot';

/** Lets every plugin read this repository by `file:` addresses through the URL reader. */
export const repositoryUrlReader = createServiceFactory({
  service: urlReaderFactoriesServiceRef,
  deps: {},
  factory: () => FolderUrlReader.factory(repositoryRoot()),
});
