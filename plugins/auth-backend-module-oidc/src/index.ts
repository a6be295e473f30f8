/**
 * Sign-in through an OpenID provider that may start later than the portal.
 *
 * @packageDocumentation
 */
export { authModuleOidc as default } from './module';
export { lazyOidcAuthenticator } from './lazyOidcAuthenticator';
