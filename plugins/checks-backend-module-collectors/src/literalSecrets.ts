/** Names of variables whose values ought to come from a secret. */
const VARIABLE =
  /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?|CONNECTION_STRING|DATABASE_URL)$/;

/** Fields of values that hold one. A field that ends in Secret commonly names an object, so it is not among them. */
const FIELD =
  /^(password|passwd|token|apiKey|api_key|privateKey|private_key|accessToken|clientSecret|client_secret|connectionString)$/;

/** What keys and passwords look like wherever they stand: in addresses, and by the prefixes that their makers give them. */
const SECRET_VALUES = [
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s:@$]+@/i,
  /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bglpat-[A-Za-z0-9_-]{20,}\b/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/,
  /\b(hv|s)[sbr]?\.[A-Za-z0-9_-]{24,}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\b/,
];

/** Whether what has this name holds a secret: a variable, written in capitals, or a field. */
export function isSecretName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name)
    ? VARIABLE.test(name)
    : FIELD.test(name);
}

/** Whether a text is, or holds, a key or password. */
export function looksLikeSecret(text: string): boolean {
  return SECRET_VALUES.some(pattern => pattern.test(text));
}
