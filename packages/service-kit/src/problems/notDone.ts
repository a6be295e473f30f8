/**
 * Header of a refusal: certainly nothing was done. Without it a 503 leaves open whether
 * a write was carried out, since a commit may have happened whose answer was lost.
 */
export const NOT_DONE_HEADER = 'x-not-done';
