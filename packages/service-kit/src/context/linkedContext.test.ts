import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { LINKED_ROOT } from './linkedContext.ts';

const KEYS = ['a', 'b', 'c'].map(name => Symbol(name));

describe('a linked context', () => {
  it('holds what one of the API would, whatever is set and deleted on the way', () => {
    const step = fc.record({
      key: fc.constantFrom(...KEYS),
      value: fc.option(fc.integer(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step), steps => {
        const walk = (root: Context) => {
          const passed = [root];
          for (const { key, value } of steps) {
            const last = passed[passed.length - 1];
            passed.push(
              value === undefined
                ? last.deleteValue(key)
                : last.setValue(key, value),
            );
          }
          return passed.map(context => KEYS.map(key => context.getValue(key)));
        };
        expect(walk(LINKED_ROOT)).toEqual(walk(ROOT_CONTEXT));
      }),
    );
  });
});
