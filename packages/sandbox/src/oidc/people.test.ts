import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parsePeople } from './people.ts';
import { pageLanguage, signInPage } from './signInPage.ts';

const people = parsePeople(`
kind: Group
metadata: { name: team }
---
kind: User
metadata: { name: eve.o, description: '<b>tester</b>' }
spec: { profile: { displayName: Eve & Co, email: eve@x.example }, memberOf: [team] }
---
kind: User
metadata: { name: nobody }
spec: {}
`);

describe('the people who may sign in', () => {
  it('are the users with an e-mail address', () => {
    expect(people).toEqual([
      {
        id: 'eve.o',
        name: 'Eve & Co',
        email: 'eve@x.example',
        description: '<b>tester</b>',
        groups: ['team'],
      },
    ]);
    expect(() => parsePeople('kind: Group')).toThrow('There is no User');
  });

  it('are those of the contracts in the sample company', () => {
    const file = resolve(
      import.meta.dirname,
      '../../../../platform/identity/people.yaml',
    );
    expect(
      parsePeople(readFileSync(file, 'utf8')).map(person => [
        person.id,
        person.email,
      ]),
    ).toEqual(
      expect.arrayContaining(
        [
          'ada.okafor',
          'ben.lindqvist',
          'chen.wei',
          'dana.nowak',
          'emil.haddad',
        ].map(id => [id, `${id}@larkfield.example`]),
      ),
    );
  });
});

describe('the sign-in page', () => {
  it('shows names as text, never as markup', () => {
    const html = signInPage({
      people,
      action: '/interaction/1',
      themeCss: '',
      language: 'en',
    });
    expect(html).not.toContain('<b>tester');
    expect(html).toContain('&#60;b&#62;tester');
    expect(html).toContain('Sample data');
    expect(html).toContain('<html lang="en">');
  });

  it.each([
    [undefined, 'en'],
    ['de-DE,de;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en-GB,zh;q=0.5', 'en'],
  ] as const)('for a browser that accepts %s is in %s', (header, language) => {
    expect(pageLanguage(header)).toBe(language);
  });
});
