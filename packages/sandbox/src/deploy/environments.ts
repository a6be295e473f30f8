/** The environments of the sandbox; each is a namespace. */
export const environments = ['production', 'staging'];
