/** Of a cell or box whose links stand close to others: each is high enough to be hit (24 px, WCAG 2.2 target size). */
export const linkTargetsSx = {
  '& a': { display: 'inline-block', minHeight: 24, py: '2px' },
};
