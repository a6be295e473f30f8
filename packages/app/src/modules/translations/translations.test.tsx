import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Table } from '@backstage/core-components';
import {
  TranslationRef,
  TranslationResource,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogReactTranslationRef } from '@backstage/plugin-catalog-react';
import { kubernetesReactTranslationRef } from '@backstage/plugin-kubernetes-react';
import { screen } from '@testing-library/react';
import { translationModules } from '.';
import { coreTranslations } from './coreTranslations';

type Messages = Record<string, string>;

/** Words that are the same in both languages: names, abbreviations and a title made of placeholders. */
const sameInBoth: Record<string, string[]> = {
  kubernetes: ['entityContent.title'],
  'kubernetes-react': [
    'podsTable.columns.id',
    'fixDialog.title',
    'kubernetesDrawer.yaml',
  ],
};

/** What the app (`{{…}}`) and the tables (`{…}`) replace. */
const placeholders = (text: string) =>
  (text.match(/{{[^}]*}}|{\w+}/g) ?? []).sort();

// A ref and a resource keep their messages to themselves; this is how the app itself reads them.
const englishOf = (ref: TranslationRef) =>
  (ref as unknown as { getDefaultMessages(): Messages }).getDefaultMessages();

async function chineseOf(resource: TranslationResource): Promise<Messages> {
  const { resources } = resource as unknown as {
    resources: Array<{
      language: string;
      loader(): Promise<{ messages: Messages }>;
    }>;
  };
  const chinese = resources.find(({ language }) => language === 'zh-CN');
  return (await chinese!.loader()).messages;
}

/** The ids of all refs that the installed core packages create, read from their built files. */
function idsOfInstalledRefs(): string[] {
  const scope = dirname(
    dirname(require.resolve('@backstage/core-components/package.json')),
  );
  return readdirSync(scope)
    .flatMap(name => {
      const dist = join(scope, name, 'dist');
      try {
        return readdirSync(dist, { recursive: true, encoding: 'utf8' })
          .filter(file => /translation[^/]*\.esm\.js$/i.test(file))
          .map(file => readFileSync(join(dist, file), 'utf8'));
      } catch {
        return [];
      }
    })
    .flatMap(source =>
      [...source.matchAll(/createTranslationRef\(\{\s*id: "([^"]+)"/g)].map(
        ([, id]) => id,
      ),
    );
}

describe.each(coreTranslations.map(entry => [entry.ref.id, entry] as const))(
  'the words of %s in Simplified Chinese',
  (id, { ref, resource }) => {
    it('are complete, and no more than there are in English', async () => {
      expect(Object.keys(await chineseOf(resource)).sort()).toEqual(
        Object.keys(englishOf(ref)).sort(),
      );
    });

    it('are Chinese, except names that are the same in both', async () => {
      const chinese = await chineseOf(resource);
      const same = Object.entries(englishOf(ref))
        .filter(([key, text]) => chinese[key] === text)
        .map(([key]) => key);
      expect(same.sort()).toEqual((sameInBoth[id] ?? []).slice().sort());
    });

    it('keep the placeholders', async () => {
      const chinese = await chineseOf(resource);
      const english = englishOf(ref);
      const of = (messages: Messages) =>
        Object.fromEntries(
          Object.keys(english).map(key => [key, placeholders(messages[key])]),
        );
      expect(of(chinese)).toEqual(of(english));
    });

    it('use Chinese punctuation and no exclamation marks', async () => {
      const wrong = Object.entries(await chineseOf(resource)).filter(
        ([, text]) =>
          /[!！]|\p{Script=Han}[,;:?]|\p{Script=Han}\.(\s|$)|\p{Script=Han}\(|\.\.\./u.test(
            text,
          ),
      );
      expect(wrong).toEqual([]);
    });
  },
);

describe('the core packages', () => {
  it('all have their words translated', () => {
    const installed = idsOfInstalledRefs();
    expect(installed.length).toBeGreaterThan(10);
    expect(coreTranslations.map(({ ref }) => ref.id).sort()).toEqual(
      [...new Set(installed)].sort(),
    );
  });
});

describe('the portal', () => {
  const withLanguages = {
    features: translationModules,
    config: {
      app: {
        baseUrl: 'http://localhost:3000',
        extensions: [
          {
            'api:app/app-language': {
              config: { availableLanguages: ['en', 'zh-CN'] },
            },
          },
        ],
      },
      backend: { baseUrl: 'http://localhost:7007' },
    },
  };

  function Words() {
    const { t } = useTranslationRef(catalogReactTranslationRef);
    const { t: pods } = useTranslationRef(kubernetesReactTranslationRef);
    return (
      <>
        <p>{t('entityTableColumnTitle.owner')}</p>
        <p>{pods('cluster.pods', { count: 1 })}</p>
        <p>{pods('cluster.pods', { count: 3 })}</p>
        <p>
          {t('entityPeekAheadPopover.emailCardAction.subTitle', {
            email: 'ada.okafor@larkfield.example',
          })}
        </p>
        <Table columns={[{ title: 'x' }]} data={[]} />
      </>
    );
  }

  beforeEach(() => localStorage.clear());

  it('shows core words in Chinese to a person who chose it', async () => {
    // The messages load lazily, which takes jest longer than its usual patience.
    localStorage.setItem('language', 'zh-CN');
    await renderInTestApp(<Words />, withLanguages);
    expect(
      await screen.findByText('负责方', {}, { timeout: 10_000 }),
    ).toBeInTheDocument();
    expect(screen.getByText('1 个 Pod')).toBeInTheDocument();
    expect(screen.getByText('3 个 Pod')).toBeInTheDocument();
    expect(screen.getByText('没有可显示的记录')).toBeInTheDocument();
    expect(
      screen.getByText('mailto:ada.okafor@larkfield.example'),
    ).toBeInTheDocument();
  }, 30_000);

  it('shows them in English otherwise, with the address of mail corrected', async () => {
    await renderInTestApp(<Words />, withLanguages);
    expect(await screen.findByText('Owner')).toBeInTheDocument();
    expect(screen.getByText('1 pod')).toBeInTheDocument();
    expect(screen.getByText('3 pods')).toBeInTheDocument();
    expect(
      screen.getByText('mailto:ada.okafor@larkfield.example'),
    ).toBeInTheDocument();
  });
});
