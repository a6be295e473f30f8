import type { KeyboardEvent } from 'react';

const FOCUSABLE = 'a[href], button:not(:disabled), [tabindex="0"]';

/** What in a row can have the focus, from left to right. */
function focusableIn(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>(FOCUSABLE)];
}

/**
 * Moves the focus between the rows of a table by the arrow keys, Home and End: `<TableBody onKeyDown={moveAcrossRows}>`. The
 * focus stays in its column where the other row has something there, and rows without anything to focus are passed over.
 */
export function moveAcrossRows(
  event: KeyboardEvent<HTMLTableSectionElement>,
): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[
    event.key
  ];
  const target = event.target as HTMLElement;
  const row = target.closest('tr');
  if (
    step === undefined ||
    !row ||
    event.altKey ||
    event.ctrlKey ||
    event.metaKey ||
    target.matches('input, textarea, select, [contenteditable="true"]')
  ) {
    return;
  }
  const rows = [...event.currentTarget.querySelectorAll(':scope > tr')].filter(
    candidate => candidate === row || focusableIn(candidate).length > 0,
  );
  const wanted = rows.indexOf(row) + step;
  const next = rows[Math.min(Math.max(wanted, 0), rows.length - 1)];
  if (next && next !== row) {
    const column = focusableIn(row).indexOf(target);
    const choices = focusableIn(next);
    (choices[column] ?? choices[0]).focus();
  }
  event.preventDefault();
}
