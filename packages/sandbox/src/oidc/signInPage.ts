import type { Person } from './people.ts';

/** Whose sign-in page it is. */
export type Realm = 'portal' | 'shop';

interface Words {
  title: string;
  lead: string;
  /** Before what a person belongs to. */
  memberships: string;
  refused: string;
  expired: string;
}

const LANGUAGES = {
  en: { lang: 'en', badge: 'Sample data', unverified: 'E-mail not verified' },
  zh: { lang: 'zh-CN', badge: '示例数据', unverified: '电子邮箱未验证' },
};

const WORDS: Record<Realm, Record<'en' | 'zh', Words>> = {
  portal: {
    en: {
      title: 'Sign in to Shopfloor',
      lead: 'Choose who you are. These are the people of the sample company Larkfield Market: sample data, without passwords, on this machine only.',
      memberships: 'Groups',
      refused: 'This sign-in was refused. Go back to the portal and try again.',
      expired:
        'This sign-in has expired. Go back to the portal and sign in again.',
    },
    zh: {
      title: '登录 Shopfloor',
      lead: '请选择您的身份。以下是示例公司 Larkfield Market 的人员：均为示例数据，没有密码，仅限本机使用。',
      memberships: '用户组',
      refused: '本次登录被拒绝。请返回门户重试。',
      expired: '本次登录已过期。请返回门户重新登录。',
    },
  },
  shop: {
    en: {
      title: 'Sign in to Larkfield Market',
      lead: 'Choose who you are. These are invented shoppers and staff of the sample shop: sample data, without passwords, on this machine only.',
      memberships: 'Staff',
      refused: 'This sign-in was refused. Go back to the shop and try again.',
      expired:
        'This sign-in has expired. Go back to the shop and sign in again.',
    },
    zh: {
      title: '登录 Larkfield Market',
      lead: '请选择您的身份。以下是示例商店虚构的顾客和员工：均为示例数据，没有密码，仅限本机使用。',
      memberships: '员工',
      refused: '本次登录被拒绝。请返回商店重试。',
      expired: '本次登录已过期。请返回商店重新登录。',
    },
  },
};

/** The language of the page: Chinese when the browser prefers it, else English. */
export function pageLanguage(acceptLanguage: string | undefined): 'en' | 'zh' {
  const first = (acceptLanguage ?? '')
    .split(',')
    .map(part => part.trim().slice(0, 2).toLowerCase())
    .find(part => part === 'en' || part === 'zh');
  return first === 'zh' ? 'zh' : 'en';
}

/** The page on which a person is chosen: one button each, works without JavaScript. */
export function signInPage(options: {
  realm: Realm;
  people: Person[];
  /** Where a choice is posted. */
  action: string;
  themeCss: string;
  language: 'en' | 'zh';
}): string {
  const words = WORDS[options.realm][options.language];
  const { badge, unverified } = LANGUAGES[options.language];
  const rows = options.people
    .map(person => {
      const memberships = [...person.groups, ...person.roles].join(', ');
      const lines = [
        `<span class="name">${escape(person.name)}</span>`,
        `<span class="detail">${escape(person.description || person.email)}</span>`,
        person.emailVerified ? '' : `<span class="groups">${unverified}</span>`,
        memberships &&
          `<span class="groups"><span class="label">${words.memberships}: </span>${escape(memberships)}</span>`,
      ];
      return `<li><button name="user" value="${escape(person.id)}">
${lines.filter(Boolean).join('\n')}
</button></li>`;
    })
    .join('\n');
  return page({
    ...options,
    body: `<p class="badge">${badge}</p><h1>${words.title}</h1><p>${words.lead}</p>
<form method="post" action="${escape(options.action)}"><ul>${rows}</ul></form>`,
  });
}

/** The page for an interaction that is over. */
export function expiredPage(options: {
  realm: Realm;
  themeCss: string;
  language: 'en' | 'zh';
}): string {
  const words = WORDS[options.realm][options.language];
  return page({
    ...options,
    body: `<h1>${words.title}</h1><p>${words.expired}</p>`,
  });
}

/** The page for a request that the provider refuses, with what it says about it. */
export function errorPage(options: {
  realm: Realm;
  error: string;
  description: string | undefined;
  themeCss: string;
  language: 'en' | 'zh';
}): string {
  const words = WORDS[options.realm][options.language];
  return page({
    ...options,
    body: `<h1>${words.title}</h1><p>${words.refused}</p><p>${escape(
      options.error,
    )}: ${escape(options.description ?? '')}</p>`,
  });
}

function page(options: {
  realm: Realm;
  body: string;
  themeCss: string;
  language: 'en' | 'zh';
}): string {
  const words = WORDS[options.realm][options.language];
  return `<!doctype html>
<html lang="${LANGUAGES[options.language].lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${words.title}</title><style>${options.themeCss}
*{box-sizing:border-box}body{margin:0;background:var(--app);color:var(--text);font:16px/1.5 var(--font)}
main{max-width:34rem;margin:6vh auto;padding:0 1.25rem}h1{font-size:1.5rem;margin:.5rem 0}p{color:var(--muted);margin:.25rem 0 1.25rem}
.badge{display:inline-block;margin:0;padding:.1rem .6rem;border:1px solid var(--strong);border-radius:99px;font-size:.8rem}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.6rem}
button{width:100%;text-align:left;display:grid;gap:.1rem;padding:.85rem 1rem;font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:var(--radius);cursor:pointer}
button:hover{background:var(--hover);border-color:var(--accent)}button:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.name{font-weight:600}.detail,.groups{color:var(--muted);font-size:.9rem}
</style></head><body><main>${options.body}</main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
