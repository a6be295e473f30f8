import {
  GRANT_REFUSALS,
  SECRETS_ANSWERS,
} from '@shopfloor/plugin-secrets-common';
import { refusals } from './translation/refusals';
import zh from './translation/zh-CN';
import { inWords, refusalWords } from './words';

/** As the portal says a message: with its values. */
const t = ((key: string, values: Record<string, string> = {}) =>
  (zh as Record<string, string>)[key].replaceAll(
    /\{\{(\w+)\}\}/g,
    (whole, name: string) => values[name] ?? whole,
  )) as never;

const answer = (error: object) =>
  Object.assign(new Error('Request failed with 404'), {
    body: { error },
    response: { status: 404 },
  });

describe('why something was refused', () => {
  it('is said in the language of the reader, with what the answer has of it', () => {
    expect(
      refusalWords(
        answer({
          code: 'environment-unknown',
          parameters: { environment: 'moon', known: 'production' },
          message: 'No environment "moon" has secrets',
        }),
        t,
      ),
    ).toBe('没有使用密钥的环境“moon”；现有：production');
  });

  it('is said as the server does where the page has no words, and stays a refusal', () => {
    for (const code of [undefined, 'of-tomorrow', 'toString']) {
      const words = inWords(answer({ code, message: 'not so' }), t);
      expect([words.message, (words as any).response.status]).toEqual([
        'not so',
        404,
      ]);
    }
    expect(refusalWords(new Error('no network'), t)).toBe('no network');
  });

  it('has words for whatever the backend refuses by a code', () => {
    expect(
      Object.keys({ ...GRANT_REFUSALS, ...SECRETS_ANSWERS }).filter(
        code => !Object.hasOwn(refusals, code),
      ),
    ).toEqual([]);
    const named = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].length;
    for (const [code, [, words]] of Object.entries(SECRETS_ANSWERS)) {
      const own = (refusals as Record<string, string>)[code];
      expect([code, named(own)]).toEqual([code, named(words)]);
    }
  });

  it('leaves out no value in Chinese', () => {
    const values = (text: string) =>
      [...text.matchAll(/\{\{\w+\}\}/g)].map(([name]) => name).sort();
    for (const [code, words] of Object.entries(refusals)) {
      expect([
        code,
        values((zh as Record<string, string>)[`refusal.${code}`]),
      ]).toEqual([code, values(words)]);
    }
  });
});
