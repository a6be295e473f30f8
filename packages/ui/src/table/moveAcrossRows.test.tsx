import { fireEvent, render, screen } from '@testing-library/react';
import { moveAcrossRows } from './moveAcrossRows';

function renderTable() {
  render(
    <table>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <tbody onKeyDown={moveAcrossRows}>
        <tr>
          <td>
            <a href="/a">a</a>
            <button type="button">a2</button>
          </td>
        </tr>
        <tr>
          <td>nothing to focus</td>
        </tr>
        <tr>
          <td>
            <a href="/b">b</a>
            <button type="button">b2</button>
          </td>
        </tr>
        <tr>
          <td>
            <a href="/c">c</a>
          </td>
        </tr>
      </tbody>
    </table>,
  );
}

describe('moveAcrossRows', () => {
  const press = (key: string) => {
    fireEvent.keyDown(document.activeElement!, { key });
    return document.activeElement?.textContent;
  };

  it('goes down and up in the same column, past rows without anything to focus', () => {
    renderTable();
    screen.getByText('a2').focus();
    expect(press('ArrowDown')).toBe('b2');
    expect(press('ArrowDown')).toBe('c');
    expect(press('ArrowUp')).toBe('b');
  });

  it('stops at the ends, and reaches them by Home and End', () => {
    renderTable();
    screen.getByText('b').focus();
    expect(press('End')).toBe('c');
    expect(press('ArrowDown')).toBe('c');
    expect(press('Home')).toBe('a');
    expect(press('ArrowUp')).toBe('a');
  });

  it('leaves other keys alone', () => {
    renderTable();
    screen.getByText('a').focus();
    const allowed = fireEvent.keyDown(document.activeElement!, { key: 'Tab' });
    expect(allowed).toBe(true);
    expect(document.activeElement).toHaveTextContent('a');
  });
});
