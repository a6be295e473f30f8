import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parsePeople } from './people.ts';
import { SHOP_ROLES, parseShopPeople } from './shopPeople.ts';
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
        subject: 'eve.o',
        name: 'Eve & Co',
        email: 'eve@x.example',
        emailVerified: true,
        description: '<b>tester</b>',
        groups: ['team'],
        roles: [],
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
          'farid.rahimi',
          'giulia.conti',
          'hyejin.park',
          'ivan.petrov',
        ].map(id => [id, `${id}@larkfield.example`]),
      ),
    );
  });
});

const shopFile = readFileSync(
  resolve(import.meta.dirname, '../../../../platform/identity/shoppers.yaml'),
  'utf8',
);

describe('the accounts of the shop', () => {
  const accounts = parseShopPeople(shopFile);

  it('are shoppers without a role, verified and not, in both languages', () => {
    const shoppers = accounts.filter(account => account.roles.length === 0);
    expect(shoppers).toHaveLength(8);
    const kinds = new Set(
      shoppers.map(({ locale, emailVerified }) => `${locale} ${emailVerified}`),
    );
    expect([...kinds].sort()).toEqual([
      'en false',
      'en true',
      'zh-CN false',
      'zh-CN true',
    ]);
  });

  it('are staff, somebody for each role', () => {
    expect(new Set(accounts.flatMap(account => account.roles))).toEqual(
      new Set(SHOP_ROLES),
    );
  });

  it('have subjects that say nothing of the person', () => {
    for (const { id, name, email, subject } of accounts) {
      expect(subject).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect([id, name, email]).not.toContain(subject);
    }
  });

  it.each([
    [
      'a user name twice',
      shopFile.replace('user: lin.yue', 'user: wang.fang'),
      'Two accounts have the id wang.fang',
    ],
    [
      'a subject twice',
      shopFile.replace('1c0a01', '1c0a02'),
      'Two accounts have the subject',
    ],
    ['an unknown role', shopFile.replace('[care]', '[king]'), 'roles'],
    ['a misspelt key', shopFile.replace('locale:', 'local:'), 'local'],
  ])('are refused with %s', (_what, text, message) => {
    expect(() => parseShopPeople(text)).toThrow(message);
  });
});

describe('the sign-in page', () => {
  it('shows names as text, never as markup', () => {
    const html = signInPage({
      realm: 'portal',
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

  it('of the shop speaks of the shop, names staff by role and says whose e-mail is not verified', () => {
    const page = (language: 'en' | 'zh') =>
      signInPage({
        realm: 'shop',
        people: parseShopPeople(shopFile),
        action: '/interaction/1',
        themeCss: '',
        language,
      });
    const html = page('en');
    expect(html).toContain('<title>Sign in to Larkfield Market</title>');
    expect(html).toContain('Sample data');
    expect(html.match(/E-mail not verified/g)).toHaveLength(2);
    expect(html.match(/class="label"/g)).toHaveLength(5);
    expect(html).toContain('finance, care');
    expect(html).not.toContain('portal');
    expect(page('zh')).toContain('请选择您的身份');
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
