import { KeyboardEvent } from 'react';
import { moveAcrossRows } from '@shopfloor/ui';

const KEEP = '[aria-keyshortcuts="K"]';
const REVOKE = '[aria-keyshortcuts="R"]';

/** What was decided about has no buttons any more: the focus goes to the next grant that has, else to the grant itself. */
export function focusNext(row: Element): void {
  const rows = [...(row.parentElement?.children ?? [])];
  const place = rows.indexOf(row);
  const next = [...rows.slice(place + 1), ...rows.slice(0, place)]
    .map(each => each.querySelector<HTMLElement>(KEEP))
    .find(Boolean);
  (next ?? row.querySelector<HTMLElement>('a[href]'))?.focus();
}

/** K keeps the grant in focus, R takes it away, the arrow keys move. */
export function decideByKey(
  event: KeyboardEvent<HTMLTableSectionElement>,
): void {
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  const wanted = plain
    ? { k: KEEP, r: REVOKE }[event.key.toLocaleLowerCase('en-US')]
    : undefined;
  const button =
    wanted &&
    (event.target as HTMLElement)
      .closest('tr')
      ?.querySelector<HTMLElement>(wanted);
  if (button) {
    event.preventDefault();
    button.click();
  } else {
    moveAcrossRows(event);
  }
}
